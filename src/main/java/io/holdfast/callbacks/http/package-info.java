/** Deliveries over HTTP: signed, bounded in time and size, to checked addresses only. */
@NullMarked
package io.holdfast.callbacks.http;

import org.jspecify.annotations.NullMarked;
