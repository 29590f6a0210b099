/**
 * Tells others what became of jobs: the outbox, endpoints, and the deliveries with their retries.
 * Pure: adapters are in sub-packages.
 */
@NullMarked
package io.holdfast.callbacks;

import org.jspecify.annotations.NullMarked;
