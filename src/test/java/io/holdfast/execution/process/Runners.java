package io.holdfast.execution.process;

import io.holdfast.platform.DurableFiles;
import io.holdfast.platform.HostName;
import java.io.IOException;
import java.time.Duration;

/** Runners beside the executor's, as a second server or a late submit would start them. */
final class Runners {
  private Runners() {}

  static RunnerLaunch launch(ExecutionLab lab) throws IOException {
    return launch(lab, Tools.find(System.getenv()));
  }

  static RunnerLaunch launch(ExecutionLab lab, Tools tools) throws IOException {
    return new RunnerLaunch(
        tools,
        RunnerScript.unpack(lab.home, new DurableFiles()),
        new LocalSettings(Duration.ofSeconds(30)),
        HostName.get(),
        lab.proc.bootId(),
        lab.proc.umask());
  }
}
