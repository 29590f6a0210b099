/** Jobs: their states, admission, queue, launch and end. Pure: the adapter is in a sub-package. */
@NullMarked
package io.holdfast.jobs;

import org.jspecify.annotations.NullMarked;
