package io.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Measures Holdfast beside limits of the same machine, in one run; prints one table. */
final class Bench {

  private static final Duration AT_MOST = Duration.ofMinutes(15);
  private static final Duration EACH = Duration.ofMinutes(1);

  private final Rig rig;

  private Bench(Rig rig) {
    this.rig = rig;
  }

  private interface Figure {
    void measure() throws IOException, InterruptedException, SQLException, ExecutionException;
  }

  /**
   * With {@code callbacks}: only those. With the names of the peers' workloads (W1, W3, W4): one
   * sample of each, for their table.
   */
  public static void main(String[] arguments) throws Exception {
    boolean callbacks = List.of(arguments).equals(List.of("callbacks"));
    boolean peers = arguments.length > 0 && !callbacks;
    if (peers && PeerSample.unknown(List.of(arguments))) {
      return;
    }
    Rig rig = new Rig(peers ? PeerSample.database() : Database::own);
    CleanUp cleanUp = new CleanUp(rig);
    Runtime.getRuntime().addShutdownHook(new Thread(cleanUp)); // also for ^C
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      thread
          .submit(
              () -> {
                if (peers) {
                  new PeerSample(rig).take(List.of(arguments));
                } else {
                  new Bench(rig).run(callbacks);
                }
                return true;
              })
          .get(AT_MOST.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.out.println("Cut off after " + AT_MOST.toMinutes() + " minutes.");
    } finally {
      thread.shutdownNow();
      cleanUp.run();
    }
  }

  private void run(boolean onlyCallbacks) throws IOException, InterruptedException {
    System.out.println(
        "Load average before: "
            + Files.readString(Path.of("/proc/loadavg")).strip()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    Table.head();
    rig.start(Jobs.SLOTS);
    Jobs jobs = new Jobs(rig);
    Restarts restarts = new Restarts(rig);
    Outputs outputs = new Outputs(rig);
    Callbacks callbacks = new Callbacks(rig);
    figure(() -> jobs.warmUp(onlyCallbacks ? 50 : 1000));
    if (onlyCallbacks) {
      figure(() -> callbacks.drain(1, 1000, EACH)); // warms up
      figure(() -> callbacks.drain(1, 10_000, EACH));
      figure(() -> callbacks.drain(10, 100_000, EACH.multipliedBy(5)));
      figure(() -> callbacks.latency(100));
      figure(() -> callbacks.oneDead(50));
      return;
    }
    figure(() -> starts(jobs));
    figure(() -> noOps(jobs));
    figure(() -> submits(jobs));
    figure(outputs::speed);
    figure(outputs::heap);
    figure(restarts::queue);
    figure(restarts::running);
  }

  /** One that fails says so and spoils no other. */
  private static void figure(Figure figure) throws InterruptedException {
    try {
      figure.measure();
    } catch (IOException | SQLException | ExecutionException e) {
      Table.row("failed", String.valueOf(e.getMessage()));
    }
  }

  private static void starts(Jobs jobs) throws IOException, InterruptedException {
    Jobs.Starts starts = jobs.starts(100, Duration.ofMillis(20));
    Table.row(
        "submit -> command runs, ms: p50 / p99 of 100",
        Table.number(starts.fromCall().median())
            + " / "
            + Table.number(starts.fromCall().at(0.99)));
    Table.row(
        "of this the submit call, ms: p50 / p99",
        Table.number(starts.call().median()) + " / " + Table.number(starts.call().at(0.99)));
  }

  private static void noOps(Jobs jobs)
      throws IOException, InterruptedException, SQLException, ExecutionException {
    MachineLimits.spawns(Jobs.SLOTS, 100);
    double limit = MachineLimits.spawns(Jobs.SLOTS, 300);
    Load ours = jobs.noOps(300, EACH);
    limit = (limit + MachineLimits.spawns(Jobs.SLOTS, 300)) / 2; // before and after
    Table.row(
        "no-op jobs/s, " + Jobs.SLOTS + " slots",
        ours.rate(),
        "setsid sh -c true from Java, as many threads",
        limit);
  }

  private void submits(Jobs jobs)
      throws IOException, InterruptedException, SQLException, ExecutionException {
    Load ours = jobs.submits(2000, EACH);
    MachineLimits.Inserts limit = new MachineLimits(rig.database()).inserts(Jobs.CLIENTS, 8000);
    Table.row(
        "submits/s over HTTP, " + Jobs.CLIENTS + " clients",
        ours.rate(),
        "single-row inserts by " + limit.by() + ", as many clients",
        limit.rate());
  }

  /** Once, whoever comes first. */
  private static final class CleanUp implements Runnable {
    private final Rig rig;
    private boolean done;

    CleanUp(Rig rig) {
      this.rig = rig;
    }

    @Override
    public synchronized void run() {
      if (done) {
        return;
      }
      done = true;
      try {
        rig.remove();
      } catch (IOException | SQLException e) {
        System.err.println("not all could be removed: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
