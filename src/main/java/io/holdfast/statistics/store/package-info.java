/** The samples in PostgreSQL. */
@NullMarked
package io.holdfast.statistics.store;

import org.jspecify.annotations.NullMarked;
