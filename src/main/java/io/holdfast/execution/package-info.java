/** What an attempt is, what is known of it, and what follows; java.* only. */
@NullMarked
package io.holdfast.execution;

import org.jspecify.annotations.NullMarked;
