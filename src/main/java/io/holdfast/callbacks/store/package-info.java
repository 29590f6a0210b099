/** Outbox, endpoints and deliveries in PostgreSQL. */
@NullMarked
package io.holdfast.callbacks.store;

import org.jspecify.annotations.NullMarked;
