package io.holdfast.cli.demo;

import io.holdfast.cli.StartupLogPrinter;
import io.holdfast.cli.client.Api;
import io.holdfast.cli.client.Fields;
import io.holdfast.cli.client.OutputEvent.End;
import io.holdfast.cli.server.Layout;
import io.holdfast.cli.server.LocalProcess;
import io.holdfast.cli.server.LocalServer;
import io.holdfast.cli.server.LocalServer.Started;
import io.holdfast.cli.server.Progress;
import io.holdfast.cli.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The main promise, shown and checked: a job's server is killed with SIGKILL in the middle, the job
 * goes on without it, and after the restart nothing is missing, repeated or made up.
 *
 * <p>It waits for things to happen, never for a time, so it holds on a slow machine as well.
 */
public final class Demo {

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long KILL_AFTER_BYTES = 700;
  private static final long GROWTH_WITHOUT_SERVER = 200;
  private static final long GROWTH_AFTER_RESTART = 200;

  private final Layout layout;
  private final LocalServer server;
  private final ServerOptions asked;
  private final Progress progress;
  private final PrintStream out;
  private final Checks checks = new Checks();

  public Demo(Layout layout, ServerOptions options, PrintStream out) {
    this.layout = layout;
    this.asked = options;
    this.out = out;
    this.progress = new Progress(out);
    this.server = new LocalServer(layout, progress);
  }

  /**
   * Runs it all.
   *
   * @param gitUrl the repository to work on; null for one made on the spot
   * @param keep leave the server running although the demo has started it
   * @return true if every promise held
   */
  public boolean run(@Nullable String gitUrl, boolean keep)
      throws IOException, InterruptedException {
    // One that runs already comes back as it was.
    ServerOptions options = server.isRunning() ? server.lastOptions(asked) : asked;
    Started first = server.start(options, PATIENCE);
    boolean stopAtEnd = !keep && first.startedServer();
    try {
      return demonstrate(gitUrl, options);
    } finally {
      if (stopAtEnd) {
        server.stop();
      } else {
        out.println("The server goes on: " + server.url());
      }
    }
  }

  private boolean demonstrate(@Nullable String gitUrl, ServerOptions options)
      throws IOException, InterruptedException {
    String name =
        "demo-"
            + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
    Path directory = Files.createDirectories(layout.state().resolve("demo").resolve(name));
    Api api = new Api(server.url(), Files.readString(layout.adminToken()).strip());

    step("1. A repository");
    DemoRepository made =
        gitUrl == null ? DemoRepository.create(directory.resolve("repository")) : null;
    register(api, name, made == null ? String.valueOf(gitUrl) : made.path().toString());

    step("2. A job that works on it for about 20 s, followed live");
    DemoJob work = new DemoJob(Files.createDirectories(directory.resolve("evidence")));
    String job = submit(api, name, work);
    LiveOutput live = LiveOutput.follow(api, job, out, progress::say);
    await("the job's output", live, () -> live.size() >= KILL_AFTER_BYTES);

    step("3. kill -9 of the server");
    final String startupBefore = startup(api).text("startup_id");
    ServerKill kill = killServer();
    watchWithoutServer(work, job, kill);

    step("4. The server comes back");
    server.start(options, PATIENCE);
    boolean alive = work.process().map(ProcessHandle::isAlive).orElse(false);
    Fields reattached = api.get("/api/jobs/" + job);
    checks.add(
        !alive || reattached.text("state").equals("RUNNING"),
        "the restarted server found the job",
        "state " + reattached.text("state") + " at once");
    progress.say(
        "the job is " + reattached.text("state") + ", attempt " + reattached.text("attempt"));
    long atRestart = live.size();
    await(
        "output after the restart",
        live,
        () -> live.size() >= atRestart + GROWTH_AFTER_RESTART && live.resumedAt() >= 0);
    work.letItEnd();
    End end = live.await(PATIENCE.toSeconds());
    out.println();
    progress.say("the job has ended: " + end.state() + ", exit " + end.exitCode());

    step("5. What the server says of its recovery");
    Fields startup = startup(api);
    new StartupLogPrinter(out, Instant.now()).printStartup(startup);
    checks.add(
        !startup.text("startup_id").isEmpty() && !startup.text("startup_id").equals(startupBefore),
        "the server recovered by itself",
        "startup " + startup.text("startup_id") + ", " + startup.text("total_duration_ms") + " ms");

    step("6. Verdict");
    verify(api, job, work, live, end, made);
    checks.print(out);
    out.println();
    out.println(checks.allHold() ? "All of it holds." : "NOT all of it holds.");
    out.println("Evidence: " + work.evidence());
    return checks.allHold();
  }

  private void register(Api api, String name, String gitUrl)
      throws IOException, InterruptedException {
    api.post("/api/repositories", Map.of("name", name, "git_url", gitUrl), Map.of());
    Fields repository = api.get("/api/repositories/" + name);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!repository.text("state").equals("READY")) {
      if (!repository.text("state").equals("CLONING") || System.nanoTime() > deadline) {
        throw new IOException(
            "repository "
                + name
                + " is "
                + repository.text("state")
                + ": "
                + repository.text("reason"));
      }
      Thread.sleep(100);
      repository = api.get("/api/repositories/" + name);
    }
    progress.say("repository " + name + " is READY: " + gitUrl);
  }

  private String submit(Api api, String repository, DemoJob work) throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("engine", "shell");
    body.put("title", "Holdfast demo");
    body.put("repository", repository);
    body.put("command", work.command());
    body.put("environment", work.environment());
    body.put("timeout_seconds", 600);
    Fields job = api.post("/api/jobs", body, Map.of("Idempotency-Key", repository));
    progress.say("job " + job.text("id") + " is " + job.text("state"));
    return job.text("id");
  }

  /** The moment of the kill, in bytes that the job had printed. */
  private record ServerKill(long pid, long recordedBytes) {}

  private ServerKill killServer() throws IOException, InterruptedException {
    LocalProcess process =
        server.serverProcess().orElseThrow(() -> new IOException("the server has ended by itself"));
    process.kill();
    progress.say("kill -9 " + process.pid() + ": the server is gone");
    return new ServerKill(process.pid(), 0);
  }

  private void watchWithoutServer(DemoJob work, String job, ServerKill kill)
      throws IOException, InterruptedException {
    Optional<Path> output = outputFile(job);
    long before = bytesOf(output, work);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (bytesOf(output, work) < before + GROWTH_WITHOUT_SERVER
        && System.nanoTime() < deadline
        && work.process().isPresent()) {
      Thread.sleep(50);
    }
    long after = bytesOf(output, work);
    boolean alive = work.process().map(ProcessHandle::isAlive).orElse(false);
    boolean noServer = server.serverProcess().isEmpty();
    work.process().ifPresent(this::showProcesses);
    output.ifPresent(file -> progress.say("output file: " + file));
    progress.say("the output grows without a server: " + before + " -> " + after + " bytes");
    checks.add(
        alive && noServer && after > before,
        "the job went on without a server",
        "server " + kill.pid() + " dead, output " + before + " -> " + after + " bytes");
  }

  /** The command, and above it the runner that watches it; both have left the server's session. */
  private void showProcesses(ProcessHandle command) {
    progress.say("the job's command is alive: pid " + command.pid());
    command
        .parent()
        .filter(parent -> parent.pid() > 1)
        .ifPresent(
            runner ->
                progress.say(
                    "its runner is alive:        pid "
                        + runner.pid()
                        + ", parent "
                        + runner.parent().map(ProcessHandle::pid).orElse(0L)));
  }

  private Optional<Path> outputFile(String job) throws IOException {
    Path attempts = layout.home().resolve("jobs").resolve(job).resolve("attempts");
    if (!Files.isDirectory(attempts)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(attempts, 2)) {
      return files.filter(file -> file.getFileName().toString().endsWith(".output")).findFirst();
    }
  }

  private static long bytesOf(Optional<Path> output, DemoJob work) throws IOException {
    return output.isPresent() ? Files.size(output.get()) : work.record().length;
  }

  private static Fields startup(Api api) throws IOException {
    return api.get("/api/admin/startup-log").object("current_startup");
  }

  private void verify(
      Api api, String job, DemoJob work, LiveOutput live, End end, @Nullable DemoRepository made)
      throws IOException, InterruptedException {
    byte[] written = work.record();
    byte[] followed = live.bytes();
    checks.add(
        live.breaks() > 0 && Arrays.equals(written, followed),
        "followed live across the crash: byte-identical",
        followed.length + " of " + written.length + " bytes, resumed at byte " + live.resumedAt());
    byte[] stored;
    try (InputStream in =
        api.open("/api/jobs/" + job + "/output", Map.of("Accept", "*/*"), PATIENCE)) {
      stored = in.readAllBytes();
    }
    checks.add(
        Arrays.equals(written, stored),
        "read afterwards: byte-identical",
        stored.length + " of " + written.length + " bytes");
    Fields record = api.get("/api/jobs/" + job);
    List<String> starts = work.starts();
    checks.add(
        starts.size() == 1 && record.text("attempt").equals("1"),
        "run exactly once",
        starts.size() + " start, attempt " + record.text("attempt"));
    checks.add(
        Long.valueOf(DemoJob.EXIT_CODE).equals(end.exitCode())
            && Long.valueOf(DemoJob.EXIT_CODE).equals(record.number("exit_code")),
        "the real exit code",
        end.exitCode() + " (" + record.text("state") + ": the job exits 7 on purpose)");
    if (made != null) {
      checks.add(
          made.head().equals(work.commit()),
          "it worked on the repository",
          "commit " + work.commit());
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(String what, LiveOutput live, Condition condition)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds() && !live.hasEnded()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(what + " did not come within " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
  }

  private void step(String title) {
    out.println();
    out.println("== " + title);
    out.flush();
  }
}
