/**
 * The launcher and client behind {@code ./holdfast}. It runs in a JVM of its own, is not part of
 * the WAR, and talks to the server over its REST API only.
 */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
