/** Holdfast: a crash-resilient batch server for long-running command-line jobs. */
@NullMarked
package io.holdfast;

import org.jspecify.annotations.NullMarked;
