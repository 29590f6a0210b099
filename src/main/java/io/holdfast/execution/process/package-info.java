/**
 * Attempts as detached processes of this machine: files, {@code /proc}, a runner in POSIX shell.
 */
@NullMarked
package io.holdfast.execution.process;

import org.jspecify.annotations.NullMarked;
