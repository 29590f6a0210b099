/** What ended attempts used. Pure: the adapter is in a sub-package. */
@NullMarked
package io.holdfast.statistics;

import org.jspecify.annotations.NullMarked;
