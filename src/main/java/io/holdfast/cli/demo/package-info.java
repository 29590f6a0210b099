/** {@code ./holdfast demo}: a job outlives the {@code kill -9} of its server, and it is checked. */
@NullMarked
package io.holdfast.cli.demo;

import org.jspecify.annotations.NullMarked;
