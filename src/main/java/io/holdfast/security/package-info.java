/** Callers and their tokens. Pure: the adapter is in a sub-package. */
@NullMarked
package io.holdfast.security;

import org.jspecify.annotations.NullMarked;
