/** The working copies of jobs. Pure: adapters are in sub-packages. */
@NullMarked
package io.holdfast.workspace;

import org.jspecify.annotations.NullMarked;
