/**
 * The start-up recovery: phases, their order, the startup log. Pure: the adapter is in a
 * sub-package.
 */
@NullMarked
package io.holdfast.recovery;

import org.jspecify.annotations.NullMarked;
