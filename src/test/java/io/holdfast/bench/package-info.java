/** Measures Holdfast beside the limits of the machine it runs on: see docs/benchmarks.md. */
@NullMarked
package io.holdfast.bench;

import org.jspecify.annotations.NullMarked;
