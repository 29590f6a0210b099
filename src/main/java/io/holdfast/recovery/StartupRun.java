package io.holdfast.recovery;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One start of a server, as the startup log has it.
 *
 * @param totalDurationMillis null while it is not done
 * @param running components that were at work when this was last written
 * @param abortedPredecessor the start before it that did not finish, if so
 */
public record StartupRun(
    UUID id,
    String node,
    Instant startedAt,
    @Nullable Long totalDurationMillis,
    List<String> running,
    boolean degraded,
    @Nullable Aborted abortedPredecessor,
    List<Operation> operations) {

  /** A start that died; {@code diedIn} are the components that were at work. */
  public record Aborted(UUID id, Instant startedAt, List<String> diedIn) {
    public Aborted {
      diedIn = List.copyOf(diedIn);
    }
  }

  public StartupRun {
    running = List.copyOf(running);
    operations = List.copyOf(operations);
  }

  /** The resources that are unavailable since this start, by the last run of each component. */
  public List<String> corruptedResources() {
    Map<String, Operation> last = new LinkedHashMap<>();
    operations.forEach(operation -> last.put(operation.component(), operation));
    return last.values().stream()
        .flatMap(operation -> operation.errors().stream())
        .map(ResourceError::resource)
        .distinct()
        .toList();
  }
}
