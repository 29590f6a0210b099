package io.holdfast.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One {@link CrashingServer}, from its start to its death. */
final class ServerLife implements AutoCloseable {

  static final String NOWHERE = "-";
  private static final int KILLED = 137;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path said;
  private final Path steps;
  private int submits;
  private int takenBefore;

  private ServerLife(Process process, Path said, Path steps) {
    this.process = process;
    this.said = said;
    this.steps = steps;
  }

  /**
   * @param lane its directory; what lies in its {@code bin} hides other programs
   * @param target the step of its start to die at
   */
  static ServerLife start(FastJvm jvm, String database, Path lane, int slots, String target)
      throws IOException {
    Path said = Files.createTempFile(lane, "said-", ".log");
    Path steps = Files.createTempFile(lane, "steps-", ".log");
    List<String> command = jvm.command(CrashingServer.class);
    command.addAll(List.of(database, lane.toString(), Integer.toString(slots), steps.toString()));
    command.add(target);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().computeIfPresent("PATH", (key, path) -> lane.resolve("bin") + ":" + path);
    return new ServerLife(builder.start(), said, steps);
  }

  /** Waits for the end of its start; false if it died on the way. */
  boolean isReady() {
    await("start", () -> said("ready") > 0 || isDead());
    return said("ready") > 0;
  }

  /** Hands it jobs, in one submit. */
  void run(String name, int jobs, String target) throws IOException {
    run(name, Integer.toString(jobs), target);
  }

  /**
   * @param jobs as {@link CrashingServer} reads them
   */
  void run(String name, String jobs, String target) throws IOException {
    takenBefore = Files.readAllLines(steps).size();
    tell("submit " + name + " " + jobs + " " + target);
    submits++;
    await("answer to the submit", () -> accepted() || isDead());
  }

  /** {@link #run} of a server that is not to die in it. */
  boolean race(String name, List<String> jobs) throws IOException {
    run(name, String.join(",", jobs), NOWHERE);
    return accepted();
  }

  /** True if it was acknowledged; false if the server died first. */
  boolean cancel(String name) throws IOException {
    return ask("cancel " + name, "cancelled");
  }

  void register(String name, String url) throws IOException {
    if (!ask("register " + name + " " + url, "registered")) {
      throw new AssertionError("died\n" + everythingSaid());
    }
  }

  private boolean ask(String question, String answer) throws IOException {
    long before = said(answer);
    tell(question);
    await("answer to " + question, () -> said(answer) > before || isDead());
    return said(answer) > before;
  }

  private void tell(String line) throws IOException {
    OutputStream input = process.getOutputStream();
    try {
      input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      input.flush();
    } catch (IOException e) {
      await("death of a server that does not listen", this::isDead);
    }
  }

  /** True if the last submit was acknowledged. */
  boolean accepted() {
    return said("accepted") == submits;
  }

  boolean isDead() {
    if (process.isAlive()) {
      return false;
    }
    if (process.exitValue() != KILLED) {
      throw new AssertionError("exit code " + process.exitValue() + "\n" + everythingSaid());
    }
    return true;
  }

  /** Returns when it has lived so long, or is dead. */
  void letLive(Duration time) {
    try {
      process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The end of its input, which it takes for a reason to stop. */
  void stop() throws IOException {
    process.getOutputStream().close();
    await("end", () -> !process.isAlive());
  }

  /** Kill -9 from outside. */
  void kill() {
    process.destroyForcibly();
    await("death", () -> !process.isAlive());
  }

  /** The steps that it took in a phase, by name. */
  List<String> steps(String phase) throws IOException {
    return Files.readAllLines(steps).stream()
        .filter(step -> step.startsWith(phase + ": "))
        .toList();
  }

  /** True if it took a step since it was handed jobs last. */
  boolean took(String step) {
    try {
      List<String> taken = Files.readAllLines(steps);
      return taken.subList(takenBefore, taken.size()).contains(step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String everythingSaid() {
    try {
      return Files.readString(said);
    } catch (IOException e) {
      return e.toString();
    }
  }

  void await(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("still no " + what + "\n" + everythingSaid());
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  private long said(String word) {
    return everythingSaid().lines().filter(word::equals).count();
  }

  @Override
  public void close() {
    kill();
  }
}
