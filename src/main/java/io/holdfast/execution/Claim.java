package io.holdfast.execution;

import java.util.UUID;

/**
 * Who took the right to start an attempt. It is taken once, by creating one file that must not
 * exist, and never given back.
 */
public sealed interface Claim {

  /** Nobody yet: it may still start. */
  record None() implements Claim {}

  /** Recovery: it can never start. */
  record Revoked() implements Claim {}

  /** A runner. */
  record By(ProcessIdentity runner, UUID token) implements Claim {}

  /**
   * Somebody, but the file does not say who: a runner that died while it wrote, a full disk, a
   * damaged file.
   */
  record Unreadable(String reason) implements Claim {}
}
