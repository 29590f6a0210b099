package io.holdfast.jobs;

/** Why a running job is being brought to an end. The first reason stands. */
public enum Ending {
  CANCEL,
  DEADLINE,
  OUTPUT_LIMIT
}
