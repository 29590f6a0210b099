/**
 * What every feature stands on: durable files, transactions, settings, loops. Knows nothing of
 * ours.
 */
@NullMarked
package io.holdfast.platform;

import org.jspecify.annotations.NullMarked;
