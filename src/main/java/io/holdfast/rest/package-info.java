/** The HTTP API: resources, what they read and write, problems, live output. */
@NullMarked
package io.holdfast.rest;

import org.jspecify.annotations.NullMarked;
