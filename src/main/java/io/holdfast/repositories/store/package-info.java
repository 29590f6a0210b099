/** The table of registered repositories. */
@NullMarked
package io.holdfast.repositories.store;

import org.jspecify.annotations.NullMarked;
