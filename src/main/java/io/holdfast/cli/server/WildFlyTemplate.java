package io.holdfast.cli.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * A server base directory as the scripts of {@code server-config/wildfly} make it, offline, out of
 * an unpacked WildFly that itself stays untouched. Making one takes seconds and happens once for
 * each WildFly, script, driver and JDK; any number of {@link WildFlyInstance}s copy it.
 *
 * @param wildFly the unpacked distribution
 * @param base {@code configuration}, {@code modules} and {@code jvm.options}; read-only by
 *     convention
 */
public record WildFlyTemplate(Path wildFly, Path base) {

  /** Changes when this class makes templates in another way. */
  private static final int LAYOUT = 2;

  private static final String SCRIPT = "holdfast.cli";
  private static final String MODULE = "postgresql-module.xml";

  /**
   * The template for these inputs: the cached one, or a new one.
   *
   * @param scripts the directory {@code server-config/wildfly}
   * @param driver PostgreSQL's JDBC driver
   * @param cache where templates are kept; may be shared by processes that run side by side
   */
  public static WildFlyTemplate configured(Path wildFly, Path scripts, Path driver, Path cache)
      throws IOException, InterruptedException {
    return configured(wildFly, scripts, driver, cache, () -> {});
  }

  /** The same; {@code beforeMaking} is run before a new one is made, which takes seconds. */
  static WildFlyTemplate configured(
      Path wildFly, Path scripts, Path driver, Path cache, Runnable beforeMaking)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(wildFly.resolve("jboss-modules.jar"))) {
      throw new StartFailed("no WildFly in " + wildFly);
    }
    StateFiles.directory(cache);
    Path base = cache.resolve(key(wildFly, scripts, driver));
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.isDirectory(base)) {
        beforeMaking.run();
        Path making = cache.resolve("making-" + UUID.randomUUID());
        try {
          make(wildFly, scripts, driver, making);
          Files.move(making, base, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          StateFiles.deleteTree(making);
        }
      }
    }
    return new WildFlyTemplate(wildFly, base);
  }

  private static void make(Path wildFly, Path scripts, Path driver, Path base)
      throws IOException, InterruptedException {
    Path configuration = StateFiles.directory(base.resolve("configuration"));
    Path source = wildFly.resolve("standalone/configuration");
    Files.copy(
        source.resolve("standalone-microprofile.xml"), configuration.resolve("standalone.xml"));
    for (String file : List.of("application", "mgmt")) {
      Files.copy(
          source.resolve(file + "-users.properties"),
          configuration.resolve(file + "-users.properties"));
    }
    Files.copy(
        source.resolve("application-roles.properties"),
        configuration.resolve("application-roles.properties"));
    Files.copy(
        source.resolve("mgmt-groups.properties"), configuration.resolve("mgmt-groups.properties"));
    Files.copy(scripts.resolve("logging.properties"), configuration.resolve("logging.properties"));
    Path module = StateFiles.directory(base.resolve("modules/org/postgresql/main"));
    Files.copy(scripts.resolve(MODULE), module.resolve("module.xml"));
    Files.copy(driver, module.resolve("postgresql.jar"));
    configure(wildFly, scripts, base);
    Files.writeString(base.resolve("jvm.options"), jvmOptions(wildFly));
    for (String rest : List.of("data", "log", "tmp", "configuration/standalone_xml_history")) {
      StateFiles.deleteTree(base.resolve(rest));
    }
    Files.deleteIfExists(base.resolve("configure.cli"));
  }

  private static void configure(Path wildFly, Path scripts, Path base)
      throws IOException, InterruptedException {
    Path script = base.resolve("configure.cli");
    Files.writeString(
        script,
        "embed-server --server-config=standalone.xml --std-out=discard\n"
            + Files.readString(scripts.resolve(SCRIPT))
            + "\nstop-embedded-server\n");
    Path log = base.resolve("configure.log");
    ProcessBuilder cli =
        new ProcessBuilder(
            wildFly.resolve("bin/jboss-cli.sh").toString(),
            "--file=" + script,
            "--no-color-output",
            "--error-on-interact");
    cli.environment().put("JAVA_HOME", System.getProperty("java.home"));
    cli.environment().put("JAVA_OPTS", "-Djboss.server.base.dir=" + base);
    cli.environment().put("JBOSS_HOME", wildFly.toString());
    cli.environment().put("JBOSS_MODULEPATH", modulePath(wildFly, base));
    if (run(cli, log) != 0) {
      throw new StartFailed("WildFly could not be configured", LogFile.tail(log, 20));
    }
  }

  /** What this WildFly's own start script would give to this JDK. */
  private static String jvmOptions(Path wildFly) throws IOException, InterruptedException {
    Path out = Files.createTempFile("jvm", ".options");
    try {
      ProcessBuilder options =
          new ProcessBuilder(
              "sh",
              "-c",
              ". \"$DIRNAME/common.sh\"; setDefaultModularJvmOptions; setSecurityManagerDefault;"
                  + " printf '%s\\n' $SECURITY_MANAGER_CONFIG_OPTION $DEFAULT_MODULAR_JVM_OPTIONS");
      options.environment().put("DIRNAME", wildFly.resolve("bin").toString());
      options.environment().put("GREP", "grep");
      options.environment().put("JAVA", JavaHome.java().toString());
      if (run(options, out) != 0) {
        throw new StartFailed("WildFly's JVM options are unknown", LogFile.tail(out, 5));
      }
      // JDK 24 and later warn of what WildFly's own libraries do.
      boolean warns = Runtime.version().feature() >= 24;
      return Files.readString(out) + (warns ? "--sun-misc-unsafe-memory-access=allow\n" : "");
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private static int run(ProcessBuilder command, Path log)
      throws IOException, InterruptedException {
    return command
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  static String modulePath(Path wildFly, Path base) {
    return wildFly.resolve("modules") + ":" + base.resolve("modules");
  }

  private static String key(Path wildFly, Path scripts, Path driver) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : List.of(SCRIPT, MODULE, "logging.properties")) {
        digest.update(Files.readAllBytes(scripts.resolve(file)));
      }
      digest.update(Files.readAllBytes(driver));
      digest.update(
          (LAYOUT + " " + wildFly + " " + Runtime.version() + " " + JavaHome.java())
              .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
