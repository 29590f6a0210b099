package io.holdfast.execution.process;

import static io.holdfast.execution.process.ExecutionLab.await;
import static io.holdfast.execution.process.ExecutionLab.writeFile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.holdfast.execution.Executor.Submission;
import io.holdfast.execution.Handle;
import io.holdfast.execution.HeartbeatAge;
import io.holdfast.execution.KernelProcess;
import io.holdfast.execution.LaunchSpec;
import io.holdfast.execution.Observation;
import io.holdfast.platform.HostName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, really killed. */
@Timeout(120)
class LocalExecutorIT {
  private static final Duration GRACE = Duration.ofSeconds(10);

  @TempDir Path home;
  private ExecutionLab lab;

  @BeforeEach
  void open() {
    lab = new ExecutionLab(home, Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  // The ordinary way

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 126, 255})
  void aCommandEndsWithItsOwnExitCode(int code) {
    Instant before = Instant.now().minusSeconds(1);

    Observation.Exited exited = lab.ended(lab.sh("exit " + code));

    assertThat(exited.exitCode()).isEqualTo(code);
    assertThat(exited.startedAt()).isBetween(before, exited.endedAt());
    assertThat(exited.cpuSeconds()).isPresent();
  }

  @Test
  void anEndBySignalIsReportedAsAShellDoes() {
    assertThat(lab.ended(lab.sh("kill -TERM $$")).exitCode()).isEqualTo(143);
    assertThat(lab.ended(lab.sh("kill -KILL $$")).exitCode()).isEqualTo(137);
  }

  @Test
  void aCommandCanBeInterrupted() {
    Handle handle = lab.sh("trap 'echo interrupted; exit 5' INT; kill -INT $$; exit 6");

    assertThat(lab.ended(handle).exitCode()).isEqualTo(5);
  }

  @Test
  void bothStreamsArriveInOneFileInTheirOrder() throws IOException {
    Handle handle = lab.sh("echo one; echo two >&2; echo three");
    lab.ended(handle);

    assertThat(lab.output(handle)).isEqualTo("one\ntwo\nthree\n");
    assertThat(lab.executor.outputSize(handle)).isEqualTo(14);
    try (var channel = lab.executor.openOutput(handle).orElseThrow()) {
      ByteBuffer rest = ByteBuffer.allocate(100);
      channel.position(4).read(rest);
      assertThat(new String(rest.array(), 0, rest.position(), StandardCharsets.US_ASCII))
          .isEqualTo("two\nthree\n");
    }
  }

  @Test
  void anAttemptThatWasNeverStartedHasNoOutput() throws IOException {
    Handle handle = lab.prepare(lab.spec("true"));

    assertThat(lab.executor.outputSize(handle)).isZero();
    assertThat(lab.executor.openOutput(handle)).isEmpty();
  }

  @Test
  void aCommandThatClosesItsOutputEndsAsUsual() {
    assertThat(lab.ended(lab.sh("exec >&- 2>&-; sleep 0.1; exit 9")).exitCode()).isEqualTo(9);
  }

  @Test
  void theCpuTimeOfACommandIsRecorded() {
    Handle handle = lab.sh("i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done");

    assertThat(lab.ended(handle).cpuSeconds().orElseThrow()).isBetween(0.05, 60.0);
  }

  @Test
  void aRunningCommandShowsItsMemory() {
    Handle handle = lab.blocked(0);

    Observation.Running running = lab.await(handle, Observation.Running.class);

    assertThat(running.exitCodeWillBeKnown()).isTrue();
    assertThat(running.peakMemoryBytes()).isGreaterThan(100_000);
    lab.letGo(handle);
    lab.ended(handle);
  }

  @Test
  void theCommandKnowsWhoItIs() {
    Handle handle = lab.handle();
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", "env; umask; cat \"$HOLDFAST_PROMPT_FILE\""),
            "do it\0well\n$(touch /tmp/x)",
            Map.of(),
            home,
            "shell");
    prepareAndSubmit(handle, spec);
    lab.ended(handle);

    assertThat(lab.output(handle))
        .contains("HOLDFAST_JOB_ID=" + handle.key().job())
        .contains("HOLDFAST_ATTEMPT=1")
        .contains("HOLDFAST_SESSION_ID=" + handle.session())
        .contains("HOLDFAST_COOKIE=" + handle.token())
        .contains("\n" + lab.proc.umask() + "\n")
        .endsWith("do it\0well\n$(touch /tmp/x)")
        .doesNotContain("hf_")
        .doesNotContain(System.getenv("LC_ALL") == null ? "LC_ALL" : "LC_ALL=C\n");
  }

  @Test
  void theRunnerAndItsCommandAreInSessionsOfTheirOwn() {
    Handle handle = lab.blocked(0);
    KernelProcess runner = lab.proc.process(lab.runner(handle)).orElseThrow();
    KernelProcess command = lab.proc.process(lab.command(handle)).orElseThrow();

    assertThat(runner.session()).isEqualTo(runner.pid());
    assertThat(command.session()).isEqualTo(command.pid());
    assertThat(command.group()).isEqualTo(command.pid());
    lab.letGo(handle);
    lab.ended(handle);
  }

  @Test
  void theCommandHasNoneOfTheRunnersFiles() {
    Handle handle = lab.sh("ls -l /proc/self/fd");
    lab.ended(handle);

    assertThat(lab.output(handle)).doesNotContain("run.lock").doesNotContain("runner.log");
  }

  @Test
  void whatIsOnDiskIsForItsOwnerOnly() throws IOException {
    Handle handle = lab.blocked(0);
    AttemptFiles files = lab.files(handle);

    assertThat(mode(files.directory())).isEqualTo("rwx------");
    for (Path file :
        List.of(
            files.launch(), files.spec(), files.sentinel(), files.output(handle), files.claim())) {
      assertThat(mode(file)).as(file.toString()).isEqualTo("rw-------");
    }
    lab.letGo(handle);
    lab.ended(handle);
  }

  @Test
  void nothingOfALaunchIsLeftInTheProcessTable() {
    List<Handle> handles = IntStream.range(0, 5).mapToObj(i -> lab.sh("exit 0")).toList();
    handles.forEach(lab::ended);

    for (Handle handle : handles) {
      await(() -> lab.proc.process(lab.runner(handle)).isEmpty());
      await(() -> lab.carriers(handle).isEmpty());
    }
  }

  // Bad launches

  @Test
  void aProgramThatDoesNotExistEndsWith127AndSaysSo() {
    Handle handle = lab.start(lab.spec("no-such-program", "x"));

    assertThat(lab.ended(handle).exitCode()).isEqualTo(127);
    assertThat(lab.output(handle)).contains("no-such-program");
  }

  @Test
  void aFileThatIsNoProgramEndsWith126() {
    Handle handle = lab.start(lab.spec(home.toString()));

    assertThat(lab.ended(handle).exitCode()).isEqualTo(126);
  }

  @Test
  void aWorkingDirectoryThatVanishedIsSaid() throws IOException {
    Path gone = Files.createDirectory(home.resolve("it's gone"));
    Handle handle = lab.prepare(new LaunchSpec(List.of("true"), null, Map.of(), gone, "shell"));
    Files.delete(gone);
    lab.executor.submit(handle);

    assertThat(lab.ended(handle).exitCode()).isEqualTo(126);
    assertThat(lab.output(handle)).contains("working directory " + gone);
  }

  @Test
  void whatTheKernelCannotTakeIsRefusedBeforeAnythingIsWritten() {
    Handle handle = lab.handle();

    assertThatThrownBy(() -> lab.executor.prepare(handle, lab.spec("echo", "a\0b")))
        .isInstanceOf(IllegalArgumentException.class);
    for (String name : List.of("", "1A", "A-B", "A B", "A\nB", "A=B", "a'b")) {
      LaunchSpec spec = new LaunchSpec(List.of("true"), null, Map.of(name, "x"), home, "shell");
      assertThatThrownBy(() -> lab.executor.prepare(handle, spec))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Files.exists(lab.files(handle).spec())).isFalse();
  }

  @Test
  void anUnpreparedAttemptIsNotStarted() {
    assertThat(lab.executor.submit(lab.handle())).isEqualTo(Submission.UNKNOWN);
  }

  // Hostile input

  private static final List<String> HOSTILE =
      List.of(
          "",
          "-n",
          "--",
          "-rf /",
          "'; touch pwned; '",
          "'\"'\"'",
          "$(touch pwned)",
          "`touch pwned`",
          "$HOME ${PATH}",
          "a\nb\n",
          "\n",
          "\\",
          "\\'",
          "*",
          "!!",
          "%s%n",
          "ä€𝄞\u0081\u0088\u00ff",
          "\u0001\u007f\t\r",
          "x".repeat(100_000));

  @Test
  void hostileWordsArriveByteForByteAndAreInert() {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "printf '%s\\0' \"$@\"", "sh"));
    command.addAll(HOSTILE);
    Handle handle = lab.start(lab.spec(command.toArray(new String[0])));

    assertThat(lab.ended(handle).exitCode()).isZero();
    assertThat(lab.outputBytes(handle))
        .isEqualTo((String.join("\0", HOSTILE) + "\0").getBytes(StandardCharsets.UTF_8));
    assertThat(home.resolve("pwned")).doesNotExist();
  }

  @Test
  void hostileValuesOfTheEnvironmentArriveByteForByteAndAreInert() {
    for (String value : HOSTILE) {
      Handle handle = lab.handle();
      prepareAndSubmit(
          handle,
          new LaunchSpec(
              List.of("/bin/sh", "-c", "printf '%s' \"$V\""),
              null,
              Map.of("V", value),
              home,
              "shell"));

      assertThat(lab.ended(handle).exitCode()).isZero();
      assertThat(lab.outputBytes(handle)).isEqualTo(value.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(home.resolve("pwned")).doesNotExist();
  }

  @Test
  void hostilePromptsArriveByteForByteAndAreInert() {
    String prompt = String.join("\0", HOSTILE);
    Handle handle = lab.handle();
    prepareAndSubmit(
        handle,
        new LaunchSpec(
            List.of("sh", "-c", "cat \"$HOLDFAST_PROMPT_FILE\""), prompt, Map.of(), home, "shell"));

    assertThat(lab.ended(handle).exitCode()).isZero();
    assertThat(lab.outputBytes(handle)).isEqualTo(prompt.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theEnvironmentOfACommandDoesNotTouchItsRunner() {
    Handle handle = lab.handle();
    prepareAndSubmit(
        handle,
        new LaunchSpec(
            List.of("/bin/sh", "-c", "echo \"$PATH $IFS $hf_pid\"; exit 4"),
            null,
            Map.of(
                "PATH",
                "/nonexistent",
                "ENV",
                "/nonexistent",
                "IFS",
                "0123456789",
                "hf_pid",
                "7",
                "LC_ALL",
                "C.UTF-8",
                "LD_LIBRARY_PATH",
                "/nonexistent",
                "CDPATH",
                "/"),
            home,
            "shell"));

    assertThat(lab.ended(handle).exitCode()).isEqualTo(4);
    assertThat(lab.output(handle)).startsWith("/nonexistent ").endsWith(" 7\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "bash", "busybox"})
  void theRunnerWorksUnderEveryShell(String shell) throws Exception {
    Path program = Path.of("/usr/bin", shell);
    assumeThat(program).as("SKIPPED: no " + shell).isExecutable();
    Path directory = Files.createDirectory(home.resolve("bin"));
    Path sh = Files.createSymbolicLink(directory.resolve("sh"), program);
    Tools tools = Tools.find(System.getenv());
    RunnerLaunch launch =
        Runners.launch(lab, new Tools(sh.toString(), tools.flock(), tools.setsid()));
    List<String> words = new ArrayList<>(HOSTILE);
    words.addAll(0, List.of("/bin/sh", "-c", "printf '%s\\0' \"$@\"; kill -TERM $$", "sh"));
    Handle handle =
        lab.prepare(
            new LaunchSpec(words, null, Map.of("PATH", "/nonexistent", "X", "'"), home, "shell"));

    assertThat(launch.start(lab.files(handle), handle, Instant.now()).waitFor()).isZero();

    Observation.Exited exited = lab.ended(handle);
    assertThat(exited.exitCode()).isEqualTo(143);
    assertThat(exited.cpuSeconds()).isPresent();
    assertThat(lab.outputBytes(handle))
        .isEqualTo((String.join("\0", HOSTILE) + "\0").getBytes(StandardCharsets.UTF_8));
    assertThat(launch.start(lab.files(handle), handle, Instant.now()).waitFor()).isEqualTo(99);
    Files.delete(sh);
  }

  // At most once

  @Test
  void aSecondSubmitFindsTheFirst() {
    Handle handle = lab.blocked(0);

    assertThat(lab.executor.submit(handle)).isEqualTo(Submission.EXISTS);
    assertThat(Files.exists(lab.files(handle).spec())).isTrue();
    lab.letGo(handle);
    lab.ended(handle);
  }

  @Test
  void aSecondRunnerLeavesWhileTheFirstRunsAndAfterItEnded() throws Exception {
    Handle handle = lab.blocked(0);

    assertThat(secondRunner(handle)).isEqualTo(99);
    lab.letGo(handle);
    lab.ended(handle);
    await(() -> lab.carriers(handle).isEmpty());
    assertThat(secondRunner(handle)).isEqualTo(99);
    assertThat(lab.output(handle)).isEqualTo("ready\n");
  }

  @Test
  void aRevokedAttemptCanNeverStart() throws Exception {
    Handle handle = lab.prepare(lab.spec("sh", "-c", "echo started"));
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Pending.class);

    assertThat(lab.executor.revoke(handle)).isTrue();
    assertThat(lab.executor.revoke(handle)).as("again").isTrue();

    assertThat(lab.executor.submit(handle)).isEqualTo(Submission.EXISTS);
    assertThat(secondRunner(handle)).isEqualTo(99);
    assertThat(lab.restarted().observe(handle)).isInstanceOf(Observation.NeverStarted.class);
    assertThat(lab.output(handle)).isEmpty();
  }

  @Test
  void anAttemptThatRunsCannotBeRevoked() {
    Handle handle = lab.blocked(3);

    assertThat(lab.executor.revoke(handle)).isFalse();
    lab.letGo(handle);
    assertThat(lab.ended(handle).exitCode()).isEqualTo(3);
    assertThat(lab.executor.revoke(handle)).isFalse();
  }

  @Test
  void whatWasNeverPreparedCanBeRevoked() {
    Handle handle = lab.handle();

    assertThat(lab.executor.revoke(handle)).isTrue();
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.NeverStarted.class);
  }

  @Test
  void preparingAgainReplacesWhatAnInterruptedCallLeft() throws IOException {
    Handle handle = lab.prepare(lab.spec("false"));
    writeFile(lab.files(handle).exit(), "torn");

    prepareAndSubmit(handle, lab.spec("sh", "-c", "exit 8"));

    assertThat(lab.ended(handle).exitCode()).isEqualTo(8);
  }

  // What dies

  @Test
  void aCommandWhoseRunnerWasKilledGoesOnAndIsThenLost() {
    Handle handle = lab.blocked(7);
    lab.kill(lab.runner(handle));

    Observation.Running running = lab.await(handle, Observation.Running.class);
    assertThat(running.exitCodeWillBeKnown()).isFalse();
    assertThat(lab.executor.revoke(handle)).isFalse();

    lab.letGo(handle);
    assertThat(lab.await(handle, Observation.Lost.class).evidence().summary())
        .contains("lock is free");
  }

  @Test
  void aCommandThatLeftItsSessionIsFoundByItsCookie() {
    Handle handle =
        lab.sh("setsid sh -c 'echo $$ >escaped; while [ ! -e go ]; do sleep 0.05; done' & wait");
    await(() -> Files.exists(home.resolve("escaped")) && !read(home.resolve("escaped")).isBlank());
    lab.kill(lab.runner(handle));
    lab.kill(lab.command(handle));

    assertThat(lab.await(handle, Observation.Running.class).exitCodeWillBeKnown()).isFalse();
    writeFile(home.resolve("go"), "");
    lab.await(handle, Observation.Lost.class);
  }

  @Test
  void aCommandThatClearsItsEnvironmentIsFoundByItsSession() {
    Handle handle =
        lab.start(
            lab.spec(
                "env",
                "-i",
                "/bin/sh",
                "-c",
                "echo up; while [ ! -e go ]; do /bin/sleep 0.05; done"));
    await(() -> lab.output(handle).contains("up"));
    lab.kill(lab.runner(handle));

    assertThat(lab.await(handle, Observation.Running.class).exitCodeWillBeKnown()).isFalse();
    writeFile(home.resolve("go"), "");
    lab.await(handle, Observation.Lost.class);
  }

  @Test
  void aKilledCommandEndsWith137() {
    Handle handle = lab.blocked(0);
    lab.kill(lab.command(handle));

    assertThat(lab.ended(handle).exitCode()).isEqualTo(137);
  }

  @Test
  void anAttemptWhoseRunnerAndCommandWereKilledIsLost() {
    Handle handle = lab.blocked(0);
    lab.kill(lab.runner(handle));
    lab.carriers(handle).forEach(lab::kill);

    assertThat(lab.await(handle, Observation.Lost.class).evidence().summary())
        .contains("no exit record");
  }

  @Test
  void aRebootEndsWhatHadStarted() {
    Handle handle = lab.sh("exit 0");
    await(() -> Files.exists(lab.files(handle).started()));
    lab.ended(handle);
    Handle earlier = inAnotherBoot(handle);
    assertThat(lab.executor.observe(earlier))
        .as("a record counts")
        .isInstanceOf(Observation.Exited.class);

    writeFile(lab.files(handle).exit(), "");

    assertThat(lab.executor.observe(earlier)).isInstanceOf(Observation.Lost.class);
  }

  @Test
  void whatHadNotStartedBeforeARebootNeverWill() throws IOException {
    Handle handle = lab.prepare(lab.spec("true"));
    Handle earlier = inAnotherBoot(handle);

    assertThat(lab.executor.observe(earlier)).isInstanceOf(Observation.NeverStarted.class);
    assertThat(lab.executor.submit(earlier)).isEqualTo(Submission.UNKNOWN);
    assertThat(lab.executor.revoke(earlier)).isTrue();
  }

  @Test
  void aReusedPidIsNotOurRunner() {
    long self = ProcessHandle.current().pid();
    long ticks = lab.proc.process(self).orElseThrow().startTicks();
    Handle handle = lab.prepare(lab.spec("true"));

    claim(handle, self, ticks);
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Pending.class);
    claim(handle, self, ticks + 1);
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.NeverStarted.class);
    writeFile(lab.files(handle).started(), "");
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Lost.class);
    writeFile(lab.files(handle).process(), self + " " + (ticks + 1) + "\n");
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Lost.class);
  }

  @Test
  void aZombieDoesNotCountAsAlive() throws IOException {
    Handle parent = lab.sh("sleep 0 & echo $! >zombie; exec sleep 1000");
    await(() -> Files.exists(home.resolve("zombie")) && !read(home.resolve("zombie")).isBlank());
    long pid = Long.parseLong(read(home.resolve("zombie")).trim());
    await(() -> lab.proc.process(pid).orElseThrow().state() == 'Z');
    assertThat(ProcessHandle.of(pid)).as("the kernel still knows it").isPresent();

    Handle handle = lab.prepare(lab.spec("true"));
    claim(handle, pid, lab.proc.process(pid).orElseThrow().startTicks());
    writeFile(lab.files(handle).started(), "");

    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Lost.class);
    lab.executor.cancel(parent, GRACE, GRACE);
    lab.ended(parent);
  }

  @Test
  void aStoppedAttemptStaysRunningHoweverOldItsHeartbeat() {
    Handle handle = lab.blocked(6);
    ExecutionLab.signal("STOP", lab.runner(handle));
    ExecutionLab.signal("STOP", lab.command(handle));

    Observation seen = lab.executorAt(Instant.now().plusSeconds(601)).observe(handle);
    assertThat(seen).isInstanceOf(Observation.Running.class);
    assertThat(seen.evidence().heartbeat()).isEqualTo(HeartbeatAge.DEAD);
    assertThat(
            lab.executorAt(Instant.now().minusSeconds(60)).observe(handle).evidence().heartbeat())
        .isEqualTo(HeartbeatAge.SKEWED);

    ExecutionLab.signal("CONT", lab.command(handle));
    ExecutionLab.signal("CONT", lab.runner(handle));
    lab.letGo(handle);
    assertThat(lab.ended(handle).exitCode()).isEqualTo(6);
  }

  @Test
  void aProcessOfAnotherUserIsNotOurs() {
    assumeThat(lab.proc.uid()).as("needs root").isZero();
    Handle handle =
        lab.start(lab.spec("setpriv", "--reuid=65534", "--clear-groups", "sleep", "1000"));
    await(
        () ->
            Files.exists(lab.files(handle).process())
                && lab.proc.process(lab.command(handle)).map(KernelProcess::uid).orElse(0L)
                    == 65534);
    long command = lab.command(handle);
    lab.kill(lab.runner(handle));

    lab.await(handle, Observation.Lost.class);

    lab.executor.cancel(handle, GRACE, GRACE);
    assertThat(lab.runs(command)).as("spared").isTrue();
    lab.kill(command);
  }

  @Test
  void anUnreadableClaimLeavesTheDecisionToLockAndFiles() throws Exception {
    Handle handle = lab.prepare(lab.spec("true"));
    AttemptFiles files = lab.files(handle);
    writeFile(files.claim(), "{\"token\":");
    Process holder =
        new ProcessBuilder("flock", "-F", files.lock().toString(), "sleep", "1000").start();
    await(() -> lab.executor.observe(handle) instanceof Observation.Pending);
    assertThat(lab.executor.revoke(handle)).isFalse();
    holder.destroyForcibly().waitFor();

    Observation verdict = lab.executor.observe(handle);
    assertThat(verdict).isInstanceOf(Observation.NeverStarted.class);
    assertThat(verdict.evidence().corrupt()).anyMatch(damage -> damage.startsWith("claim"));
    assertThat(lab.executor.revoke(handle)).isTrue();
    writeFile(files.started(), "");
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Lost.class);
  }

  @Test
  void aMissingLockLeavesTheDecisionToProcessesAndFiles() throws IOException {
    Handle handle = lab.blocked(3);
    AttemptFiles files = lab.files(handle);
    writeFile(files.claim(), "{\"token\":");
    Files.delete(files.lock());
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Running.class);

    lab.carriers(handle).forEach(lab::kill);

    Observation verdict = lab.await(handle, Observation.Lost.class);
    assertThat(verdict.evidence().corrupt()).contains("run.lock is missing");
  }

  @Test
  void aDamagedExitRecordIsReportedAndNotBelieved() {
    Handle handle = lab.sh("exit 0");
    lab.ended(handle);
    await(() -> lab.carriers(handle).isEmpty());
    writeFile(lab.files(handle).exit(), "{\"token\":\"" + handle.session() + "\",\"exit_code\":0}");

    Observation verdict = lab.executor.observe(handle);

    assertThat(verdict).isInstanceOf(Observation.Lost.class);
    assertThat(verdict.evidence().corrupt()).containsExactly("exit.json: of another launch");
  }

  @Test
  void aCorruptSentinelDegradesItsAttemptOnlyUntilTheNextBeat() throws Exception {
    lab.close();
    lab = new ExecutionLab(home, Duration.ofMillis(300));
    Handle handle = lab.blocked(0);
    Handle other = lab.blocked(0);
    writeFile(lab.files(handle).sentinel(), "{\"job_id\": broken");

    Observation seen = lab.executor.observe(handle);

    assertThat(seen).isInstanceOf(Observation.Running.class);
    assertThat(seen.evidence().corrupt()).isNotEmpty();
    assertThat(lab.executor.observe(other).evidence().corrupt()).isEmpty();
    try (var names = Files.list(lab.files(handle).directory())) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .anyMatch(name -> name.matches("\\.sentinel\\.json\\.corrupted\\.\\d{14}"));
    }
    await(() -> lab.executor.observe(handle).evidence().corrupt().isEmpty());
    assertThat(lab.executor.observe(handle).evidence().heartbeat()).isEqualTo(HeartbeatAge.FRESH);
    lab.letGo(handle);
    lab.letGo(other);
    lab.ended(handle);
    lab.ended(other);
  }

  @Test
  void theSentinelSaysWhoRunsAndItsHeartbeatMovesOn() throws Exception {
    lab.close();
    lab = new ExecutionLab(home, Duration.ofMillis(200));
    Handle handle = lab.blocked(0);
    var first = RecordFormat.sentinel(Files.readAllBytes(lab.files(handle).sentinel()));

    assertThat(first.belongsTo(handle)).isTrue();
    assertThat(first.engine()).isEqualTo("shell");
    assertThat(first.host()).isEqualTo(HostName.get());
    assertThat(first.process().pid()).isEqualTo(lab.command(handle));
    assertThat(first.process().bootId()).isEqualTo(lab.executor.bootId());
    await(
        () -> {
          try {
            return RecordFormat.sentinel(Files.readAllBytes(lab.files(handle).sentinel()))
                .lastHeartbeat()
                .isAfter(first.lastHeartbeat());
          } catch (IOException e) {
            throw new AssertionError("a sentinel is never torn", e);
          }
        });
    lab.letGo(handle);
    lab.ended(handle);
  }

  @Test
  void aFullDiskDoesNotStopTheExitRecordNorTheHeartbeat() throws Exception {
    assumeThat(lab.proc.uid()).as("SKIPPED: only root can mount a small tmpfs").isZero();
    Path small = Files.createDirectory(home.resolve("small"));
    assertThat(
            ExecutionLab.run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString()))
        .isZero();
    try (ExecutionLab full = new ExecutionLab(small, Duration.ofMillis(200))) {
      Handle running = full.blocked(0);
      Handle prepared = full.prepare(full.spec("true"));
      Handle filler =
          full.sh("while [ ! -e filled ]; do echo 'more and more' || : >filled; done; exit 5");
      assertThat(full.ended(filler).exitCode()).isEqualTo(5);
      ExecutionLab.run(
          "sh", "-c", "cat /dev/zero >\"$1/rest\" 2>/dev/null || :", "sh", small.toString());

      Handle late = full.handle();
      assertThatThrownBy(() -> full.executor.prepare(late, full.spec("true")))
          .isInstanceOf(IOException.class);
      Instant now = Instant.now();
      await(() -> AttemptReader.time(full.files(running).sentinel()).orElseThrow().isAfter(now));
      assertThat(full.executor.revoke(prepared)).isTrue();
      assertThat(full.executor.observe(prepared)).isInstanceOf(Observation.NeverStarted.class);
      full.letGo(running);
      assertThat(full.ended(running).exitCode()).isZero();

      Files.delete(full.files(filler).output(filler));
      assertThat(full.ended(full.sh("exit 2")).exitCode()).isEqualTo(2);
    } finally {
      ExecutionLab.run("umount", "-l", small.toString());
    }
  }

  // Cancel

  @Test
  void aCancelledCommandIsAskedToEndWithAllItsGroup() {
    Handle handle = lab.sh("sleep 1000 & sleep 1000 & echo ready; wait");
    await(() -> lab.output(handle).contains("ready"));

    lab.executor.cancel(handle, Duration.ZERO, GRACE);

    assertThat(lab.ended(handle).exitCode()).isEqualTo(143);
    await(() -> lab.carriers(handle).isEmpty());
  }

  @Test
  void aCommandIsAskedOnceAndKilledAfterTheGrace() {
    Handle handle = lab.sh("trap 'echo asked' TERM; echo ready; while :; do sleep 0.05; done");
    await(() -> lab.output(handle).contains("ready"));

    lab.executor.cancel(handle, Duration.ZERO, GRACE);
    await(() -> lab.output(handle).contains("asked"));
    lab.executor.cancel(handle, Duration.ofSeconds(1), GRACE);
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Running.class);

    lab.executor.cancel(handle, GRACE, GRACE);
    assertThat(lab.ended(handle).exitCode()).isEqualTo(137);
    assertThat(lab.output(handle)).containsOnlyOnce("asked");
  }

  @Test
  void theKillAlsoReachesWhatLeftTheSession() {
    Handle handle =
        lab.sh("trap '' TERM; setsid sh -c 'echo $$ >escaped; sleep 1000' & echo ready; wait");
    await(() -> Files.exists(home.resolve("escaped")) && !read(home.resolve("escaped")).isBlank());

    lab.executor.cancel(handle, GRACE, GRACE);

    assertThat(lab.ended(handle).exitCode()).isEqualTo(137);
    await(() -> lab.carriers(handle).isEmpty());
  }

  @Test
  void childrenThatOutliveAnObedientCommandAreKilledAfterTheGrace() {
    Handle handle = lab.sh("(trap '' TERM; echo ready; sleep 1000) & wait");
    await(() -> lab.output(handle).contains("ready"));

    assertThat(lab.executor.cancel(handle, Duration.ZERO, GRACE)).as("over").isFalse();
    assertThat(lab.ended(handle).exitCode()).isEqualTo(143);
    assertThat(lab.executor.cancel(handle, Duration.ofSeconds(1), GRACE)).as("over").isFalse();
    lab.executor.cancel(handle, GRACE, GRACE);

    await(() -> lab.executor.cancel(handle, GRACE, GRACE));
    assertThat(lab.carriers(handle)).isEmpty();
  }

  @Test
  void childrenInSessionsOfTheirOwnEndWithACancelledCommand() {
    Handle handle = lab.sh("setsid sleep 1000 & setsid sh -c 'echo ready; sleep 1000' & wait");
    await(() -> lab.output(handle).contains("ready"));

    lab.executor.cancel(handle, Duration.ZERO, GRACE);
    assertThat(lab.ended(handle).exitCode()).isEqualTo(143);

    await(() -> lab.executor.cancel(handle, GRACE, GRACE));
    assertThat(lab.carriers(handle)).isEmpty();
  }

  @Test
  void aStoppedCommandAndItsStoppedRunnerCanBeCancelled() {
    Handle handle = lab.blocked(6);
    ExecutionLab.signal("STOP", lab.runner(handle));
    ExecutionLab.signal("STOP", lab.command(handle));

    lab.executor.cancel(handle, Duration.ZERO, GRACE);
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Running.class);

    await(() -> lab.executor.cancel(handle, GRACE, GRACE));
    assertThat(lab.ended(handle).exitCode()).as("its runner goes on and tells").isEqualTo(137);
  }

  @Test
  void aRunnerThatIsStoppedAgainAndAgainIsKilledAfterTwiceTheGrace() {
    Handle handle = lab.blocked(6);
    ExecutionLab.signal("STOP", lab.runner(handle));
    lab.kill(lab.command(handle));
    assertThat(lab.executor.observe(handle)).isInstanceOf(Observation.Running.class);

    lab.executor.cancel(handle, GRACE.multipliedBy(2), GRACE);

    lab.await(handle, Observation.Lost.class);
  }

  @Test
  void aCommandWithoutARunnerCanBeCancelledToo() {
    Handle handle = lab.sh("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    await(() -> lab.output(handle).contains("ready"));
    lab.kill(lab.runner(handle));

    lab.executor.cancel(handle, GRACE, GRACE);

    lab.await(handle, Observation.Lost.class);
  }

  @Test
  void cancellingWhatDoesNotRunDoesNothing() {
    Handle handle = lab.prepare(lab.spec("true"));
    lab.executor.cancel(handle, Duration.ZERO, GRACE);
    lab.executor.cancel(handle, GRACE, GRACE);

    lab.executor.submit(handle);

    assertThat(lab.ended(handle).exitCode()).isZero();
  }

  // Restart

  @Test
  void anAcknowledgedAttemptKeepsItsOutputAndItsRecord() {
    Handle handle = lab.sh("echo kept; exit 4");
    lab.ended(handle);
    await(() -> lab.carriers(handle).isEmpty());

    lab.executor.acknowledge(handle);
    lab.executor.acknowledge(handle);

    AttemptFiles files = lab.files(handle);
    assertThat(files.sentinel()).doesNotExist();
    assertThat(files.launch()).doesNotExist();
    assertThat(lab.output(handle)).isEqualTo("kept\n");
    assertThat(lab.ended(handle).exitCode()).isEqualTo(4);
    assertThat(lab.ended(handle).evidence().corrupt()).isEmpty();
    assertThat(lab.executor.submit(handle)).isEqualTo(Submission.EXISTS);
  }

  @Test
  void whoeverWatchesIsWokenByTheEndEvenAfterARestart() throws Exception {
    Handle handle = lab.blocked(0);
    CountDownLatch ours = new CountDownLatch(1);
    CountDownLatch restarted = new CountDownLatch(1);
    lab.executor.watch(handle, ours::countDown);
    lab.restarted().watch(handle, restarted::countDown);

    lab.letGo(handle);

    assertThat(ours.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(restarted.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aHundredRunningAttemptsAreObservedAfterARestart() {
    List<Handle> handles =
        IntStream.range(0, 100).mapToObj(i -> lab.start(lab.spec("sleep", "1000"))).toList();
    handles.forEach(handle -> lab.await(handle, Observation.Running.class));
    LocalExecutor restarted = lab.restarted();

    long begin = System.nanoTime();
    List<Observation> seen = handles.stream().map(restarted::observe).toList();
    long milliseconds = (System.nanoTime() - begin) / 1_000_000;

    System.out.println("100 running attempts observed in " + milliseconds + " ms");
    assertThat(seen).allMatch(observation -> observation instanceof Observation.Running);
    handles.forEach(handle -> restarted.cancel(handle, GRACE, GRACE));
    handles.forEach(lab::ended);
  }

  @Test
  void aJobOutlivesTheServerThatStartedIt() throws Exception {
    Handle handle = lab.handle();
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServerThatDies.class.getName(),
                home.toString(),
                handle.key().job().toString(),
                handle.session().toString(),
                handle.token().toString())
            .inheritIO()
            .start();
    await(() -> lab.output(handle).contains("ready"));
    server.destroyForcibly().waitFor();

    Observation.Running running = lab.await(handle, Observation.Running.class);
    assertThat(running.exitCodeWillBeKnown()).isTrue();
    assertThat(lab.executor.submit(handle)).isEqualTo(Submission.EXISTS);
    lab.letGo(handle);

    assertThat(lab.ended(handle).exitCode()).isEqualTo(23);
    assertThat(lab.output(handle)).isEqualTo("ready\ndone\n");
  }

  @Test
  void aRunningJobCostsLessThanTwoMegabytes() throws IOException {
    Handle handle = lab.blocked(0);
    long session = lab.runner(handle);
    await(() -> runnersProcesses(session).size() == 3);

    long kilobytes = 0;
    for (long pid : runnersProcesses(session)) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Private_")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D+", ""));
        }
      }
    }

    System.out.println("private memory of a runner and its heartbeat: " + kilobytes + " KiB");
    assertThat(kilobytes).isLessThan(2048);
    lab.letGo(handle);
    lab.ended(handle);
  }

  private List<Long> runnersProcesses(long session) {
    return lab.proc.processes().stream()
        .filter(process -> process.session() == session)
        .map(KernelProcess::pid)
        .toList();
  }

  private void prepareAndSubmit(Handle handle, LaunchSpec spec) {
    try {
      lab.executor.prepare(handle, spec);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(lab.executor.submit(handle)).isEqualTo(Submission.SUBMITTED);
  }

  private int secondRunner(Handle handle) throws Exception {
    return Runners.launch(lab).start(lab.files(handle), handle, Instant.now()).waitFor();
  }

  private void claim(Handle handle, long pid, long ticks) {
    writeFile(
        lab.files(handle).claim(),
        "{\"token\":\"%s\",\"pid\":%d,\"start_ticks\":%d,\"boot_id\":\"%s\"}"
            .formatted(handle.token(), pid, ticks, handle.bootId()));
  }

  private static Handle inAnotherBoot(Handle handle) {
    return new Handle(handle.key(), handle.session(), handle.token(), "another-boot");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
