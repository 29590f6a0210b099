package io.holdfast.cli;

import io.holdfast.cli.server.Layout;
import io.holdfast.cli.server.LocalProcess;
import io.holdfast.cli.server.LocalServer;
import io.holdfast.cli.server.LocalServer.Started;
import io.holdfast.cli.server.Progress;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    description = {
      "Start the server: PostgreSQL, WildFly, Holdfast. What runs already is left alone, so it can"
          + " be repeated, also after any crash.",
      "In the foreground it shows the server's log, and Ctrl-C stops what it has started; jobs go"
          + " on all the same.",
      "Settings come from the environment: HOLDFAST_DIR (where the state is, default .holdfast),"
          + " HOLDFAST_HOME (the jobs' files), HOLDFAST_JAVA_OPTS (default -Xms128m -Xmx512m),"
          + " HOLDFAST_DB_URL with HOLDFAST_DB_USER and HOLDFAST_DB_PASSWORD (an external PostgreSQL"
          + " instead of the embedded one), and every setting of the server as HOLDFAST_..."
    })
final class UpCommand implements Callable<Integer> {

  @Mixin final ServerOptionsMixin options = new ServerOptionsMixin();

  @Option(
      names = {"-d", "--detach"},
      description = "Return when the server is ready.")
  boolean detach;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Layout layout = Layout.ofThisCheckout(System.getenv());
    LocalServer server = new LocalServer(layout, new Progress(System.out));
    Started started = server.start(options.resolve(), Times.parse(options.timeout));
    System.out.println();
    System.out.println(
        started.startedServer()
            ? "Holdfast is up: " + started.url()
            : "Holdfast was up already: " + started.url());
    System.out.println("Admin token:    " + layout.adminToken());
    if (detach || !started.startedServer()) {
      return ExitCodes.OK;
    }
    System.out.println("Its log follows; Ctrl-C stops the server, jobs go on.");
    System.out.println();
    return follow(server, started);
  }

  private static int follow(LocalServer server, Started started)
      throws IOException, InterruptedException {
    AtomicBoolean leaving = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!leaving.getAndSet(true)) {
                    stop(server, started);
                  }
                }));
    try (LogTail log = new LogTail(server.log())) {
      Optional<LocalProcess> process = server.serverProcess();
      while (process.isPresent() && process.get().isAlive()) {
        log.copyNew(System.out);
        Thread.sleep(200);
      }
      log.copyNew(System.out);
    }
    if (leaving.getAndSet(true)) {
      return ExitCodes.OK; // Ctrl-C: the JVM is ending
    }
    System.err.println("holdfast: the server has ended");
    return ExitCodes.REFUSED;
  }

  private static void stop(LocalServer server, Started started) {
    try {
      System.out.println();
      server.stop(started);
    } catch (IOException e) {
      System.err.println("holdfast: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
