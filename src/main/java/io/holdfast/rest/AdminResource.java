package io.holdfast.rest;

import io.holdfast.platform.Transactions;
import io.holdfast.recovery.Operation;
import io.holdfast.recovery.ResourceError;
import io.holdfast.recovery.StartupLog;
import io.holdfast.recovery.StartupRun;
import io.holdfast.statistics.Statistics;
import io.holdfast.statistics.StatisticsStore;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an administrator looks at; all of it read from the database. */
@RequestScoped
@Path("admin")
@Produces(MediaType.APPLICATION_JSON)
@SuppressWarnings("NullAway.Init") // filled by CDI
public class AdminResource {

  private static final int HISTORY = 10;

  @Inject private StartupLog startupLog;
  @Inject private StatisticsStore statistics;
  @Inject private Transactions transactions;

  record StartupLogView(@Nullable StartupView currentStartup, List<StartupView> startupHistory) {}

  record StartupView(
      UUID startupId,
      Instant startupTimestamp,
      @Nullable Long totalDurationMs,
      boolean degradedMode,
      List<String> corruptedResources,
      @Nullable AbortedView abortedPredecessor,
      List<OperationView> operations) {

    static StartupView of(StartupRun run) {
      return new StartupView(
          run.id(),
          run.startedAt(),
          run.totalDurationMillis(),
          run.degraded(),
          run.corruptedResources(),
          run.abortedPredecessor() == null
              ? null
              : new AbortedView(
                  run.abortedPredecessor().id(),
                  run.abortedPredecessor().startedAt(),
                  run.abortedPredecessor().diedIn()),
          run.operations().stream().map(OperationView::of).toList());
    }
  }

  record AbortedView(UUID startupId, Instant startupTimestamp, List<String> diedIn) {}

  record OperationView(
      String component,
      String operation,
      Instant timestamp,
      long durationMs,
      String status,
      Map<String, Long> counts,
      List<ResourceError> errors) {

    static OperationView of(Operation operation) {
      return new OperationView(
          operation.component(),
          operation.operation(),
          operation.timestamp(),
          operation.duration().toMillis(),
          operation.status().name().toLowerCase(Locale.ROOT),
          new TreeMap<>(operation.counts()),
          operation.errors());
    }
  }

  record StatisticsView(
      long jobsProcessed,
      Map<String, Long> outcomes,
      @Nullable Double p90CpuSeconds,
      @Nullable Long p90PeakMemoryBytes,
      @Nullable Long p90DurationMs,
      @Nullable Long p90QueueMs,
      @Nullable Double meanQueueMs,
      int maxConcurrency) {}

  @GET
  @Path("startup-log")
  public StartupLogView startupLog() {
    List<StartupView> runs = startupLog.latest(HISTORY + 1).stream().map(StartupView::of).toList();
    return runs.isEmpty()
        ? new StartupLogView(null, List.of())
        : new StartupLogView(runs.get(0), runs.subList(1, runs.size()));
  }

  @GET
  @Path("statistics")
  public StatisticsView statistics() {
    Statistics all = transactions.call(statistics::summarise);
    return new StatisticsView(
        all.jobsProcessed(),
        all.outcomes(),
        all.p90CpuSeconds(),
        all.p90PeakMemoryBytes(),
        all.p90DurationMillis(),
        all.p90QueueMillis(),
        all.meanQueueMillis(),
        all.maxConcurrency());
  }
}
