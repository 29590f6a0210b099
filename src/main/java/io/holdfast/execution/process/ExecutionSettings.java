package io.holdfast.execution.process;

import io.holdfast.platform.Settings;

public record ExecutionSettings() {
  public static ExecutionSettings from(Settings s) {
    return new ExecutionSettings();
  }
}
