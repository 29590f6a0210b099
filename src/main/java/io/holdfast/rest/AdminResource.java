package io.holdfast.rest;

import io.holdfast.jobs.JobSettings;
import io.holdfast.jobs.Jobs;
import io.holdfast.jobs.QueueQuery;
import io.holdfast.jobs.QueuedJob;
import io.holdfast.platform.Transactions;
import io.holdfast.recovery.NodeStatus;
import io.holdfast.recovery.Nodes;
import io.holdfast.recovery.Operation;
import io.holdfast.recovery.ResourceError;
import io.holdfast.recovery.StartupLog;
import io.holdfast.recovery.StartupRun;
import io.holdfast.repositories.Lines;
import io.holdfast.repositories.LockQuery;
import io.holdfast.repositories.Place;
import io.holdfast.repositories.PlaceQuery;
import io.holdfast.repositories.RepositoryLock;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.statistics.Statistics;
import io.holdfast.statistics.StatisticsStore;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
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
@SuppressWarnings("NullAway.Init") // filled by CDI and JAX-RS
public class AdminResource {

  private static final int HISTORY = 10;

  @Inject private StartupLog startupLog;
  @Inject private StatisticsStore statistics;
  @Inject private Transactions transactions;
  @Inject private Jobs jobs;
  @Inject private JobSettings settings;
  @Inject private Lines lines;
  @Inject private Nodes nodes;
  @Context private UriInfo uri;

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

  record QueuePage(List<QueuedView> queue, @Nullable String nextCursor) {}

  record QueuedView(
      long position,
      UUID job,
      @Nullable String title,
      String owner,
      List<String> repositories,
      boolean exclusive,
      int attempt,
      Instant queuedAt) {

    static QueuedView of(QueuedJob queued) {
      return new QueuedView(
          queued.position(),
          queued.job(),
          queued.title(),
          queued.owner(),
          queued.repositories(),
          queued.exclusive(),
          queued.attempt(),
          queued.queuedAt());
    }
  }

  record NodePage(List<NodeView> nodes, @Nullable String nextCursor) {}

  /** Only the server that answers knows how many slots it has. */
  record NodeView(
      String id,
      String host,
      long epoch,
      Instant startedAt,
      Instant heartbeatAt,
      long heldJobs,
      long heldLocks,
      @Nullable Integer slots) {}

  @GET
  @Path("queue")
  public QueuePage queue(
      @QueryParam("repository") @Nullable String repository,
      @QueryParam("owner") @Nullable String owner,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "repository", "owner", "cursor", "limit");
    int size = Parameters.limit(limit);
    RepositoryName named = Parameters.repository(repository);
    QueueQuery query =
        new QueueQuery(
            named == null ? null : named.value(),
            Parameters.text("owner", owner),
            Cursor.number(cursor),
            size + 1);
    Slice<QueuedJob> page = Slice.of(jobs.queue(query), size, last -> Cursor.ofNumber(last.seq()));
    return new QueuePage(page.map(QueuedView::of), page.next());
  }

  @GET
  @Path("locks")
  public LockView.Page locks(
      @QueryParam("repository") @Nullable String repository,
      @QueryParam("node") @Nullable String node,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "repository", "node", "cursor", "limit");
    int size = Parameters.limit(limit);
    LockQuery query =
        new LockQuery(
            Parameters.repository(repository),
            Parameters.text("node", node),
            Cursor.repository(cursor),
            size + 1);
    Slice<RepositoryLock> page =
        Slice.of(lines.locks(query), size, last -> Cursor.ofName(last.repository().value()));
    return new LockView.Page(page.map(LockView::of), page.next());
  }

  @GET
  @Path("waiting-queues")
  public PlaceView.Page waitingQueues(
      @QueryParam("repository") @Nullable String repository,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "repository", "cursor", "limit");
    int size = Parameters.limit(limit);
    PlaceQuery query =
        new PlaceQuery(Parameters.repository(repository), Cursor.place(cursor), size + 1);
    Slice<Place> page = Slice.of(lines.places(query), size, PlaceView::cursor);
    return new PlaceView.Page(page.map(PlaceView::of), page.next());
  }

  @GET
  @Path("nodes")
  public NodePage nodes(
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    Parameters.requireKnown(uri, "cursor", "limit");
    int size = Parameters.limit(limit);
    Slice<NodeStatus> page =
        Slice.of(nodes.list(Cursor.name(cursor), size + 1), size, last -> Cursor.ofName(last.id()));
    return new NodePage(page.map(this::view), page.next());
  }

  private NodeView view(NodeStatus node) {
    return new NodeView(
        node.id(),
        node.host(),
        node.epoch(),
        node.startedAt(),
        node.heartbeatAt(),
        node.heldJobs(),
        node.heldLocks(),
        node.own() ? Integer.valueOf(settings.slots()) : null);
  }

  @GET
  @Path("startup-log")
  public StartupLogView startupLog() {
    Parameters.requireKnown(uri);
    List<StartupView> runs = startupLog.latest(HISTORY + 1).stream().map(StartupView::of).toList();
    return runs.isEmpty()
        ? new StartupLogView(null, List.of())
        : new StartupLogView(runs.get(0), runs.subList(1, runs.size()));
  }

  @GET
  @Path("statistics")
  public StatisticsView statistics() {
    Parameters.requireKnown(uri);
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
