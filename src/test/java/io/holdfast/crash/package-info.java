/** Kill -9 of the whole core at every step, without an application server. */
@NullMarked
package io.holdfast.crash;

import org.jspecify.annotations.NullMarked;
