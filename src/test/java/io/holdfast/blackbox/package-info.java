/** The server as its users see it: a real WildFly over HTTP, killed and started again. */
@NullMarked
package io.holdfast.blackbox;

import org.jspecify.annotations.NullMarked;
