package io.holdfast.execution;

/** The runner's lock: the kernel holds it exactly as long as the runner lives. */
public enum LockState {
  HELD,
  FREE,
  /** Not looked at, since a stronger fact was there. */
  NOT_ASKED,
  /** It could not be asked. */
  UNKNOWN
}
