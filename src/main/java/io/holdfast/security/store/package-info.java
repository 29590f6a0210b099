/** The table of tokens in PostgreSQL. */
@NullMarked
package io.holdfast.security.store;

import org.jspecify.annotations.NullMarked;
