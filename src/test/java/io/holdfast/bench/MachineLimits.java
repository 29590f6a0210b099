package io.holdfast.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the machine can do without Holdfast. */
record MachineLimits(Database database) {

  private static final Pattern RATE = Pattern.compile("tps = ([\\d.]+)");

  /** Single-row inserts per second, and what made them. */
  record Inserts(double rate, String by) {}

  /** Every row a commit of its own. */
  Inserts inserts(int clients, int rows)
      throws IOException, InterruptedException, ExecutionException, SQLException {
    database.execute("CREATE TABLE bench_insert (id bigserial PRIMARY KEY, payload text)");
    try {
      Optional<Path> pgbench = pgbench();
      return pgbench.isPresent()
          ? new Inserts(pgbench(pgbench.get(), clients, rows), "pgbench")
          : new Inserts(jdbc(clients, rows), "JDBC");
    } finally {
      database.execute("DROP TABLE bench_insert");
    }
  }

  private static Optional<Path> pgbench() throws IOException {
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).map(Path::of);
    Path debian = Path.of("/usr/lib/postgresql");
    try (Stream<Path> versions = Files.isDirectory(debian) ? Files.list(debian) : Stream.empty()) {
      return Stream.concat(onPath, versions.map(version -> version.resolve("bin")))
          .map(directory -> directory.resolve("pgbench"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  private double pgbench(Path program, int clients, int rows)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("insert", ".sql");
    try {
      Files.writeString(script, "INSERT INTO bench_insert (payload) VALUES (repeat('x', 220));\n");
      URI url = URI.create(database.url().substring("jdbc:".length()));
      ProcessBuilder command =
          new ProcessBuilder(program.toString(), "-n", "-M", "prepared", "-j", "2");
      command.command().addAll(List.of("-c", "" + clients, "-t", "" + rows / clients));
      command.command().addAll(List.of("-f", script.toString(), "-U", database.user()));
      command.command().addAll(List.of("-h", url.getHost(), "-p", "" + url.getPort()));
      command.command().add(url.getPath().substring(1));
      command.environment().put("PGPASSWORD", database.password());
      Process process = command.redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher rate = RATE.matcher(said);
      if (process.waitFor() != 0 || !rate.find()) {
        throw new IOException("pgbench: " + said);
      }
      return Double.parseDouble(rate.group(1));
    } finally {
      Files.delete(script);
    }
  }

  private double jdbc(int clients, int rows) throws InterruptedException, ExecutionException {
    int each = rows / clients;
    Load load = Load.of(clients, clients, Duration.ofMinutes(1), () -> insert(each));
    return each * load.rate();
  }

  private Integer insert(int rows) throws IOException, SQLException {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bench_insert (payload) VALUES (?)")) {
      for (int i = 0; i < rows; i++) {
        insert.setString(1, "x".repeat(220));
        insert.executeUpdate();
      }
    }
    return rows;
  }

  /** {@code setsid sh -c true}, started and awaited by so many threads. */
  static double spawns(int threads, int processes) throws InterruptedException, ExecutionException {
    return Load.of(threads, processes, Duration.ofMinutes(1), MachineLimits::spawn).rate();
  }

  private static Integer spawn() throws IOException, InterruptedException {
    return new ProcessBuilder("setsid", "sh", "-c", "true")
        .redirectInput(new File("/dev/null"))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
