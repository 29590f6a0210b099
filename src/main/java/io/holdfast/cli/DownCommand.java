package io.holdfast.cli;

import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.Refused;
import io.holdfast.cli.server.Layout;
import io.holdfast.cli.server.LocalServer;
import io.holdfast.cli.server.Progress;
import io.holdfast.cli.server.StartFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = "Stop what 'up' started. Running jobs go on, and the next 'up' finds them.")
final class DownCommand implements Callable<Integer> {

  private static final Set<String> ENDED =
      Set.of("COMPLETED", "FAILED", "TIMED_OUT", "CANCELLED", "LOST");

  @Option(names = "--jobs", description = "Cancel all jobs first, and wait until they have ended.")
  boolean jobs;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "120s",
      description = "How long jobs may take to end (default: ${DEFAULT-VALUE}).")
  String timeout = "120s";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Progress progress = new Progress(System.out);
    LocalServer server = new LocalServer(Layout.ofThisCheckout(System.getenv()), progress);
    if (!server.isRunning()) {
      System.out.println("Holdfast is not running.");
      return ExitCodes.OK;
    }
    if (jobs) {
      if (server.serverProcess().isEmpty()) {
        throw new StartFailed("--jobs needs the server, and it does not run; ./holdfast up first");
      }
      endJobs(
          new ClientOptions().connect(Map.of(), Layout.ofThisCheckout(System.getenv())), progress);
    }
    server.stop();
    return ExitCodes.OK;
  }

  private void endJobs(Api api, Progress progress) throws IOException, InterruptedException {
    Duration patience = Times.parse(timeout);
    Set<String> cancelled = new HashSet<>();
    List<String> open = openJobs(api);
    while (!open.isEmpty()) {
      for (String job : open) {
        if (cancelled.add(job)) {
          cancel(api, job);
        }
      }
      progress.say(
          "waiting for " + open.size() + (open.size() == 1 ? " job" : " jobs") + " to end");
      if (progress.elapsed().compareTo(patience) > 0) {
        throw new StartFailed("jobs still run after " + timeout + ": " + String.join(", ", open));
      }
      Thread.sleep(200);
      open = openJobs(api);
    }
    progress.say(cancelled.size() + (cancelled.size() == 1 ? " job" : " jobs") + " cancelled");
  }

  /** One that has ended meanwhile needs no cancelling. */
  private static void cancel(Api api, String job) throws IOException {
    try {
      api.post("/api/jobs/" + job + "/cancel", Map.of(), Map.of());
    } catch (Refused e) {
      if (e.status() != 409 && e.status() != 404) {
        throw e;
      }
    }
  }

  private static List<String> openJobs(Api api) throws IOException {
    List<String> open = new ArrayList<>();
    String cursor = "";
    do {
      String next = cursor.isEmpty() ? "" : "&cursor=" + Api.escape(cursor);
      Fields page = api.get("/api/jobs?limit=100" + next);
      for (Fields job : page.objects("jobs")) {
        String state = job.text("state");
        if (!ENDED.contains(state) && !state.equals("CREATED")) {
          open.add(job.text("id"));
        }
      }
      cursor = page.text("next_cursor");
    } while (!cursor.isEmpty());
    return open;
  }
}
