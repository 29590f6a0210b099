/** The composition root: puts the parts together and runs them inside a Jakarta EE server. */
@NullMarked
package io.holdfast.runtime;

import org.jspecify.annotations.NullMarked;
