/** Makes working copies with git. */
@NullMarked
package io.holdfast.workspace.process;

import org.jspecify.annotations.NullMarked;
