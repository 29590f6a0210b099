package io.holdfast.cli.server;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One WildFly with a base directory of its own. It is started detached, in its own session, with no
 * pipe to whoever starts it, and so outlives it; a new object for the same directory finds it
 * again.
 *
 * <p>Signals go to the server's own process, never to a group: jobs are its children and live on.
 */
public final class WildFlyInstance {

  /** Newer JDKs are to take the mechanism away; an unknown one would stop every launch. */
  private static final int LAST_WITH_VFORK = 25;

  private final WildFlyTemplate template;
  private final Path base;

  /** Where the server listens; the management port, always on loopback, is WildFly's own. */
  public record Address(String host, int http, int management) {

    public static Address loopback(int http, int management) {
      return new Address("127.0.0.1", http, management);
    }

    public URI url() {
      boolean any = host.equals("0.0.0.0") || host.equals("::");
      String name = any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
      return URI.create("http://" + name + ":" + http);
    }
  }

  public WildFlyInstance(WildFlyTemplate template, Path base) {
    this.template = template;
    this.base = base.toAbsolutePath();
  }

  /**
   * Starts the server with this WAR and returns at once; it is not ready yet.
   *
   * @param settings system properties, {@code holdfast.…} among them; they go into a private file,
   *     so that passwords are neither in the arguments nor in the environment that jobs inherit
   * @param environment variables on top of this JVM's own
   * @param jvmOptions heap and the like
   * @throws IllegalStateException if it runs already
   */
  public LocalProcess start(
      Path war,
      Address address,
      Map<String, String> settings,
      Map<String, String> environment,
      List<String> jvmOptions)
      throws IOException {
    if (isAlive()) {
      throw new IllegalStateException("WildFly runs already in " + base);
    }
    provision(war);
    Path properties = base.resolve("server.properties");
    StateFiles.replace(properties, PropertyText.of(withAddress(address, settings)));
    LogFile.rotate(console());
    LogFile.rotate(log());
    ProcessBuilder java = new ProcessBuilder(command(address, properties, jvmOptions));
    java.directory(base.toFile());
    // The data source reads its settings from the file; jobs must not inherit its password.
    java.environment().keySet().removeIf(name -> name.startsWith("HOLDFAST_DB_"));
    java.environment().keySet().removeAll(List.of("HOLDFAST_TOKEN", "JAVA_OPTS", "JBOSS_HOME"));
    java.environment().putAll(environment);
    java.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    java.redirectErrorStream(true).redirectOutput(console().toFile());
    long pid = java.start().pid();
    LocalProcess process =
        LocalProcess.of(pid)
            .orElseThrow(
                () -> new StartFailed("WildFly ended at once", LogFile.tail(console(), 20)));
    process.write(pidFile());
    return process;
  }

  /** The process started last in this directory, alive or not. */
  public Optional<LocalProcess> process() throws IOException {
    return LocalProcess.read(pidFile());
  }

  public boolean isAlive() throws IOException {
    return process().map(LocalProcess::isAlive).orElse(false);
  }

  /** SIGKILL, and wait until the process is gone. */
  public void kill() throws IOException, InterruptedException {
    Optional<LocalProcess> process = process();
    if (process.isPresent()) {
      process.get().kill();
    }
  }

  /** SIGTERM: running requests are finished; SIGKILL to one that does not end in time. */
  public void stop(Duration patience) throws IOException, InterruptedException {
    Optional<LocalProcess> process = process();
    if (process.isPresent()) {
      process.get().signal("TERM");
      if (!process.get().awaitEnd(patience)) {
        process.get().kill();
      }
    }
  }

  /** The server's log; every start begins a new one. */
  public Path log() {
    return base.resolve("log/server.log");
  }

  /** What the JVM itself prints: nothing, unless it cannot start. */
  public Path console() {
    return base.resolve("log/console.log");
  }

  private Path pidFile() {
    return base.resolve("server.pid");
  }

  /** Configuration as the template has it; transaction logs and the server's log are kept. */
  private void provision(Path war) throws IOException {
    StateFiles.directory(base.resolve("log"));
    for (String renewed : List.of("configuration", "modules", "tmp")) {
      StateFiles.deleteTree(base.resolve(renewed));
    }
    StateFiles.copyTree(template.base(), base);
    Path target = base.resolve("holdfast.war");
    Path copy = base.resolve("holdfast.war.new");
    Files.copy(war, copy, StandardCopyOption.REPLACE_EXISTING);
    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Map<String, String> withAddress(Address address, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("jboss.bind.address", address.host());
    all.put("jboss.bind.address.management", "127.0.0.1");
    all.put("jboss.http.port", Integer.toString(address.http()));
    all.put("jboss.management.http.port", Integer.toString(address.management()));
    all.put("holdfast.log.console", "OFF");
    all.putAll(settings);
    return all;
  }

  private List<String> command(Address address, Path properties, List<String> jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(JavaHome.java().toString());
    command.add("-D[Holdfast]");
    command.addAll(jvmOptions);
    command.add("@" + base.resolve("jvm.options"));
    command.add("-Djava.net.preferIPv4Stack=" + !address.host().contains(":"));
    command.add("-Djava.awt.headless=true");
    if (Runtime.version().feature() <= LAST_WITH_VFORK) {
      command.add("-Djdk.lang.Process.launchMechanism=VFORK"); // one program less per launch
    }
    command.add("-Djboss.modules.system.pkgs=org.jboss.byteman");
    command.add("-Dorg.jboss.boot.log.file=" + log());
    command.add(
        "-Dlogging.configuration=" + base.resolve("configuration/logging.properties").toUri());
    command.add("-jar");
    command.add(template.wildFly().resolve("jboss-modules.jar").toString());
    command.add("-mp");
    command.add(WildFlyTemplate.modulePath(template.wildFly(), base));
    command.add("org.jboss.as.standalone");
    command.add("-Djboss.home.dir=" + template.wildFly());
    command.add("-Djboss.server.base.dir=" + base);
    command.add("--properties=" + properties);
    return command;
  }
}
