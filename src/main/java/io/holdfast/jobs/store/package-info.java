/** The tables of jobs in PostgreSQL. */
@NullMarked
package io.holdfast.jobs.store;

import org.jspecify.annotations.NullMarked;
