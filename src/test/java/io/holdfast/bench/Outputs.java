package io.holdfast.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reading what jobs printed: lines of 80 bytes. */
record Outputs(Rig rig) {

  private static final int MEGABYTE = 1_000_000;
  private static final Pattern TOTAL = Pattern.compile("Total +\\d+ +(\\d+)");

  void speed() throws IOException, InterruptedException {
    String job = print(100);
    Table.row("GET of 100 MB, MB/s", Table.number(megabytesPerSecond(job, "output")));
    Table.row(
        "the same followed as events, MB/s",
        Table.number(megabytesPerSecond(job, "output/stream")));
  }

  /** What the heap holds after a collection: before, and at every 100 MB while 1 GB is served. */
  void heap() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      Table.row("server heap while 1 GB is served", "no jcmd here");
      return;
    }
    String job = print(1000);
    for (String way : List.of("output", "output/stream")) {
      double before = heap(jcmd);
      List<Double> during = new ArrayList<>();
      try (InputStream body = rig.client().open("/api/jobs/" + job + "/" + way)) {
        while (body.skip(100L * MEGABYTE) == 100L * MEGABYTE) {
          during.add(heap(jcmd));
        }
      }
      Samples samples = Samples.of(during);
      Table.row(
          "server heap, live objects, MiB, before / least / most while 1 GB is served as " + way,
          Table.number(before)
              + " / "
              + Table.number(samples.at(0))
              + " / "
              + Table.number(samples.at(1)));
    }
  }

  private String print(int megabytes) throws IOException, InterruptedException {
    Client client = rig.client();
    String script = "yes " + "x".repeat(79) + " | head -c " + megabytes + "000000";
    String job = client.submit(List.of("sh", "-c", script));
    client.awaitEnd(job);
    return job;
  }

  private double megabytesPerSecond(String job, String way)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    byte[] buffer = new byte[1 << 16];
    try (InputStream body = rig.client().open("/api/jobs/" + job + "/" + way)) {
      while (body.read(buffer) >= 0) {
        // read and forgotten
      }
    }
    return 100 / ((System.nanoTime() - begin) / 1e9); // of output, whatever carries it
  }

  /** Of the objects that are alive, in MiB; the collection is part of the command. */
  private double heap(Path jcmd) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(jcmd.toString(), String.valueOf(rig.serverPid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher total = TOTAL.matcher(said);
    if (process.waitFor() != 0 || !total.find()) {
      throw new IOException("jcmd tells no heap");
    }
    return Long.parseLong(total.group(1)) / 1048576.0;
  }
}
