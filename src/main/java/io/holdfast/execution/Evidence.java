package io.holdfast.execution;

import java.util.List;

/**
 * The facts behind an {@link Observation}, in words that an administrator can check.
 *
 * @param facts what was seen, strongest first, for example {@code "runner 4711 is alive (start
 *     ticks 993)"}
 * @param heartbeat how old the last heartbeat is; shown and warned about, never decisive (spec,
 *     Story 2)
 * @param corrupt what could not be read, empty if all could; the job is then degraded
 */
public record Evidence(List<String> facts, HeartbeatAge heartbeat, List<String> corrupt) {
  public Evidence {
    facts = List.copyOf(facts);
    corrupt = List.copyOf(corrupt);
  }

  /** All of it in one line. */
  public String summary() {
    return String.join("; ", facts);
  }
}
