/** A WildFly and a PostgreSQL of one's own: configured, started detached, watched, killed. */
@NullMarked
package io.holdfast.cli.server;

import org.jspecify.annotations.NullMarked;
