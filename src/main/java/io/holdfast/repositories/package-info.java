/**
 * Registered git repositories and the server's clones of them. Pure: adapters are in sub-packages.
 */
@NullMarked
package io.holdfast.repositories;

import org.jspecify.annotations.NullMarked;
