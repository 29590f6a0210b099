package io.holdfast.execution;

/**
 * Class of a heartbeat's age: fresh under 120 s, stale from 120 s, dead from 600 s; skewed if it
 * lies ahead.
 */
public enum HeartbeatAge {
  FRESH,
  STALE,
  DEAD,
  /** In the future; treated as stale, with a warning. */
  SKEWED,
  /** There is none. */
  ABSENT
}
