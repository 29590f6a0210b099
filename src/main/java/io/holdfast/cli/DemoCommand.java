package io.holdfast.cli;

import io.holdfast.cli.demo.Demo;
import io.holdfast.cli.server.Layout;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "A job outlives its server, and it is checked.",
      "Starts the server if none runs, registers a repository, submits a job that works on it for"
          + " about 20 s, follows its output, kills the server with SIGKILL, shows the job alive"
          + " without it, starts the server again, goes on following, and compares what was followed"
          + " with what the job wrote, byte for byte.",
      "A server that runs already is used, killed and restarted. Exit status 0 only if every promise"
          + " held."
    })
final class DemoCommand implements Callable<Integer> {

  @Mixin final ServerOptionsMixin options = new ServerOptionsMixin();

  @Option(
      names = "--repository",
      paramLabel = "GIT_URL",
      description = "The repository to work on (default: one made on the spot).")
  @Nullable String repository;

  @Option(names = "--keep", description = "Leave the server running at the end.")
  boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Layout layout = Layout.ofThisCheckout(System.getenv());
    Demo demo = new Demo(layout, options.resolve(), System.out);
    return demo.run(repository, keep) ? ExitCodes.OK : ExitCodes.REFUSED;
  }
}
