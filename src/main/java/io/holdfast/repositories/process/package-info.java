/** The only place that runs git. */
@NullMarked
package io.holdfast.repositories.process;

import org.jspecify.annotations.NullMarked;
