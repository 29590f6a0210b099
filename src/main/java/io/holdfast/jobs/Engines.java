package io.holdfast.jobs;

import java.util.Set;

/** The engines that this server knows. {@code shell} runs the command that the job brings. */
public record Engines(Set<String> names) {

  public Engines {
    names = Set.copyOf(names);
  }

  public static Engines builtIn() {
    return new Engines(Set.of("shell"));
  }
}
