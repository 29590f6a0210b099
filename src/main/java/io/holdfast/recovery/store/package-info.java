/** The startup log in PostgreSQL. */
@NullMarked
package io.holdfast.recovery.store;

import org.jspecify.annotations.NullMarked;
