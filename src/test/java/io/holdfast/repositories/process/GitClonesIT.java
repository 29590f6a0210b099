package io.holdfast.repositories.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitSource;
import io.holdfast.repositories.GitUnreachable;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.HttpGitServer;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositorySettings;
import io.holdfast.repositories.Waiting;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitClonesIT {

  private static final RepositoryName NAME = new RepositoryName("alpha");

  @TempDir Path temporary;

  private Path home;
  private GitSource source;
  private GitUrl url;
  private GitClones clones;

  @BeforeEach
  void arrange() throws Exception {
    home = temporary.resolve("home");
    source = GitSource.create(temporary.resolve("source"));
    url = new GitUrl(source.url());
    clones = clones(Duration.ofSeconds(60), Duration.ofSeconds(60));
  }

  @Test
  void aCloneIsBareCompleteAndLeavesNothingBeside() throws Exception {
    clones.create(NAME, url);
    assertThat(inClone("rev-parse", "--is-bare-repository")).isEqualTo("true");
    assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
    assertThat(home.resolve("staging")).isEmptyDirectory();
    assertThat(clones.present()).containsExactly(NAME);
  }

  @Test
  void aCloneThatIsThereIsKept() throws Exception {
    clones.create(NAME, url);
    Object before = Files.readAttributes(clones.clone(NAME), "unix:ino").get("ino");
    clones.create(NAME, url);
    clones.refresh(NAME, url);
    assertThat(Files.readAttributes(clones.clone(NAME), "unix:ino").get("ino")).isEqualTo(before);
  }

  @Test
  void refreshClonesWhatIsMissing() throws Exception {
    clones.refresh(NAME, url);
    assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
  }

  @Test
  void refreshBringsCommitsBranchesTagsAndPrunes() throws Exception {
    source.git("branch", "topic");
    source.git("tag", "v1");
    clones.create(NAME, url);
    source.git("branch", "-D", "topic");
    source.git("branch", "topic/two");
    source.git("tag", "-f", "v1");
    source.git("tag", "v2");
    String commit = source.commit("more", "x");
    clones.refresh(NAME, url);
    assertThat(inClone("rev-parse", "main")).isEqualTo(commit);
    assertThat(inClone("for-each-ref", "--format=%(refname)").lines())
        .containsExactly("refs/heads/main", "refs/heads/topic/two", "refs/tags/v1", "refs/tags/v2");
  }

  @Test
  void aForcedPushIsFollowed() throws Exception {
    clones.create(NAME, url);
    source.git("commit", "-q", "--amend", "-m", "rewritten");
    clones.refresh(NAME, url);
    assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
  }

  @Test
  void theDefaultBranchIsFollowed() throws Exception {
    clones.create(NAME, url);
    source.git("branch", "-m", "main", "trunk");
    clones.refresh(NAME, url);
    assertThat(inClone("symbolic-ref", "HEAD")).isEqualTo("refs/heads/trunk");
  }

  @Test
  void anEmptyRepositoryIsClonedAndRefreshed() throws Exception {
    GitSource empty = GitSource.empty(temporary.resolve("empty"));
    GitUrl emptyUrl = new GitUrl(empty.url());
    clones.create(NAME, emptyUrl);
    clones.refresh(NAME, emptyUrl);
    String commit = empty.commit("first", "x");
    clones.refresh(NAME, emptyUrl);
    assertThat(inClone("rev-parse", "HEAD")).isEqualTo(commit);
  }

  @Test
  void anotherUrlUnderTheSameNameReplacesTheClone() throws Exception {
    clones.create(NAME, url);
    GitSource other = GitSource.create(temporary.resolve("other"));
    String commit = other.commit("else", "x");
    clones.create(NAME, new GitUrl(other.url()));
    assertThat(inClone("rev-parse", "main")).isEqualTo(commit);
  }

  @Test
  void manyPacksAreJoinedByAFetch() throws Exception {
    clones.create(NAME, url);
    Path pack = packs().get(0);
    for (int i = 0; i < 50; i++) {
      String copy = String.format(Locale.ROOT, "pack-%040x", i);
      Files.copy(pack, pack.resolveSibling(copy + ".pack"));
      Files.copy(
          Path.of(pack.toString().replace(".pack", ".idx")), pack.resolveSibling(copy + ".idx"));
    }
    clones.refresh(NAME, url);
    assertThat(packs()).hasSizeLessThan(10);
  }

  @Test
  void aMissingSourceIsSaidWithGitsWordsAndLeavesNothing() throws Exception {
    GitFailed failed =
        catchThrowableOfType(
            GitFailed.class, () -> clones.create(NAME, new GitUrl("/nowhere/at/all")));
    assertThat(failed.reason()).contains("/nowhere/at/all").contains("does not exist");
    assertThat(failed.cloneUsable()).isFalse();
    assertThat(clones.present()).isEmpty();
  }

  @Test
  void aFailedFetchKeepsTheClone() throws Exception {
    clones.create(NAME, url);
    Files.move(source.directory(), temporary.resolve("moved"));
    GitFailed failed = catchThrowableOfType(GitFailed.class, () -> clones.refresh(NAME, url));
    assertThat(failed.cloneUsable()).isTrue();
    assertThat(inClone("rev-parse", "--verify", "main")).hasSize(40);
  }

  @Test
  void anUnreachableRemoteIsTransient() {
    assertThatThrownBy(() -> clones.create(NAME, new GitUrl("http://127.0.0.1:1/a")))
        .isInstanceOf(GitUnreachable.class)
        .hasMessageContaining("127.0.0.1");
  }

  @Test
  void aTransportThatRunsCommandsIsNotEvenTriedByGit() throws Exception {
    Path marker = temporary.resolve("marker");
    source.git("config", "url.ext::touch " + marker + ".insteadOf", "/x");
    GitScript script =
        new GitScript(
            "git ls-remote -- \"$1\"",
            List.of("ext::touch " + marker),
            url,
            List.of(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1));
    assertThat(new Git().run(script).output()).contains("transport 'ext' not allowed");
    assertThat(marker).doesNotExist();
  }

  @Test
  void argumentsAreDataAndStandardInputIsEmpty() throws Exception {
    Path marker = temporary.resolve("marker");
    GitScript script =
        new GitScript(
            "printf '%s|' \"$@\"; cat",
            List.of("$(touch " + marker + ")", "`id`", "a\nb", "-x", "'\""),
            null,
            List.of(),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1));
    assertThat(new Git().run(script).output())
        .isEqualTo("$(touch " + marker + ")|`id`|a\nb|-x|'\"|");
    assertThat(marker).doesNotExist();
  }

  @Test
  void outputIsBoundedAndItsEndIsKept() throws Exception {
    GitScript script =
        new GitScript(
            "head -c 5000000 /dev/zero | tr '\\0' x; echo end",
            List.of(),
            null,
            List.of(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1));
    assertThat(new Git().run(script).output()).hasSize(16 * 1024).endsWith("xend\n");
  }

  @Test
  void credentialsReachTheServerAndNothingElse() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      server.demand("anna:p@ss");
      GitUrl secret = new GitUrl(server.url("anna:p%40ss@"));
      clones.create(NAME, secret);
      clones.refresh(NAME, secret);
      assertThat(inClone("config", "--local", "--list"))
          .contains("remote.origin.url=" + server.url(""))
          .doesNotContain("anna", "p%40ss", "p@ss");

      server.demand("anna:other");
      GitFailed failed = catchThrowableOfType(GitFailed.class, () -> clones.refresh(NAME, secret));
      assertThat(failed.reason()).contains("uthentication").doesNotContain("p%40ss", "p@ss");
    }
  }

  @Test
  void withoutCredentialsNobodyIsAskedForThem() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      server.demand("anna:p@ss");
      assertThatThrownBy(() -> clones.create(NAME, new GitUrl(server.url(""))))
          .isInstanceOf(GitFailed.class)
          .hasMessageContaining("terminal prompts disabled");
    }
  }

  @Test
  void leftoversOfAnInterruptedCloneDoNotDisturbTheNext() throws Exception {
    Path staging = home.resolve("staging/repository-alpha");
    Files.createDirectories(staging.resolve("objects/pack"));
    Files.writeString(staging.resolve("HEAD.lock"), "half");
    Files.createDirectories(clones.clone(NAME).resolve("objects"));
    assertThat(clones.present()).containsExactly(NAME);
    clones.create(NAME, url);
    assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
    assertThat(home.resolve("staging")).isEmptyDirectory();
  }

  @Test
  void aCloneKilledInTheMiddleLeavesNothingUsableAndTheNextWorks() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      server.stall(path -> path.endsWith(".pack"));
      GitUrl slow = new GitUrl(server.url(""));
      CompletableFuture<Void> cloning = start(() -> clones.create(NAME, slow));
      server.awaitStall();
      killGroups();
      assertThatThrownBy(() -> cloning.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(GitFailed.class);
      assertThat(clones.clone(NAME)).doesNotExist();
      server.stall(path -> false);
      clones.create(NAME, slow);
      assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
    }
  }

  @Test
  void aFetchKilledInTheMiddleLeavesNoLockBehind() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      GitUrl slow = new GitUrl(server.url(""));
      clones.create(NAME, slow);
      String commit = source.commit("more", "x");
      server.update();
      server.stall(path -> path.endsWith(commit.substring(2)));
      CompletableFuture<Void> fetching = start(() -> clones.refresh(NAME, slow));
      server.awaitStall();
      ourProcesses().filter(p -> commandLine(p).startsWith("git\0")).forEach(GitClonesIT::kill);
      assertThatThrownBy(() -> fetching.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(GitFailed.class);
      for (String stale :
          List.of("packed-refs.lock", "index.lock", "HEAD.lock", "refs/heads/main.lock")) {
        Files.writeString(clones.clone(NAME).resolve(stale), "");
      }
      Path object = clones.clone(NAME).resolve("objects/pack/tmp_pack_x");
      Files.writeString(object, "half");
      server.stall(path -> false);
      clones.refresh(NAME, slow);
      assertThat(inClone("rev-parse", "main")).isEqualTo(commit);
      assertThat(object).doesNotExist();
      try (Stream<Path> files = Files.walk(clones.clone(NAME))) {
        assertThat(files.filter(file -> file.toString().endsWith(".lock"))).isEmpty();
      }
    }
  }

  @Test
  void aGitLeftOverByAKilledServerKeepsItsSuccessorOutUntilItEnds() throws Exception {
    clones.create(NAME, url);
    Path inside = temporary.resolve("inside");
    Process leftover =
        new ProcessBuilder(
                "setsid",
                "flock",
                "--no-fork",
                home.resolve("repositories/alpha.lock").toString(),
                "sh",
                "-c",
                ": > \"$1\"; sleep 600 & wait",
                "sh",
                inside.toString())
            .start();
    try {
      Waiting.until("lock held", () -> Files.exists(inside));
      GitClones impatient = clones(Duration.ofSeconds(1), Duration.ofSeconds(1));
      assertThatThrownBy(() -> impatient.refresh(NAME, url))
          .isInstanceOf(GitFailed.class)
          .hasMessageContaining("another git command");
      CompletableFuture<Void> refreshing = start(() -> clones.refresh(NAME, url));
      Waiting.until(
          "waits", () -> ourProcesses().anyMatch(p -> commandLine(p).startsWith("flock\0")));
      assertThat(refreshing).isNotDone();
      // The shell dies, its child still has the lock.
      leftover.destroyForcibly().waitFor();
      assertThat(refreshing).isNotDone();
      killGroup(leftover.pid());
      refreshing.get(30, TimeUnit.SECONDS);
    } finally {
      killGroup(leftover.pid());
    }
  }

  @Test
  void whatTakesTooLongIsEndedWithAllItsProcesses() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      GitUrl slow = new GitUrl(server.url(""));
      clones.create(NAME, slow);
      server.stall(path -> true);
      GitClones impatient = clones(Duration.ofSeconds(60), Duration.ofSeconds(1));
      assertThatThrownBy(() -> impatient.refresh(NAME, slow))
          .isInstanceOf(GitFailed.class)
          .hasMessageContaining("did not end within 1 seconds");
      Waiting.until("no git left", () -> ourProcesses().findAny().isEmpty());
    }
  }

  @Test
  void anInterruptedThreadEndsItsGit() throws Exception {
    try (HttpGitServer server = new HttpGitServer(source.directory().resolve(".git"))) {
      server.stall(path -> true);
      GitUrl slow = new GitUrl(server.url(""));
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  clones.create(NAME, slow);
                } catch (GitFailed | InterruptedException e) {
                  thrown.complete(e);
                }
              });
      thread.start();
      server.awaitStall();
      thread.interrupt();
      assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      Waiting.until("no git left", () -> ourProcesses().findAny().isEmpty());
    }
  }

  @Test
  void aCloneWithoutItsHeadIsMadeAnew() throws Exception {
    clones.create(NAME, url);
    Files.delete(clones.clone(NAME).resolve("HEAD"));
    clones.refresh(NAME, url);
    assertThat(inClone("rev-parse", "HEAD")).isEqualTo(source.head());
  }

  @Test
  void aCloneWithoutItsObjectsIsMadeAnew() throws Exception {
    clones.create(NAME, url);
    for (Path pack : packs()) {
      Files.delete(pack);
    }
    clones.refresh(NAME, url);
    assertThat(inClone("fsck", "--full")).isEmpty();
  }

  @Test
  void aCloneWithATornPackIsMadeAnew() throws Exception {
    clones.create(NAME, url);
    try (RandomAccessFile pack = new RandomAccessFile(packs().get(0).toFile(), "rw")) {
      pack.setLength(pack.length() / 2);
    }
    source.commit("more", "x");
    clones.refresh(NAME, url);
    assertThat(inClone("fsck", "--full")).isEmpty();
    assertThat(inClone("rev-parse", "main")).isEqualTo(source.head());
  }

  @Test
  void aRemovedCloneIsGoneAndRemovingItAgainIsNoError() throws Exception {
    clones.create(NAME, url);
    clones.remove(NAME);
    clones.remove(NAME);
    assertThat(clones.present()).isEmpty();
  }

  private GitClones clones(Duration cloneTimeout, Duration fetchTimeout) {
    return new GitClones(
        new RepositorySettings(home, true, cloneTimeout, fetchTimeout),
        new DurableFiles(),
        new Git());
  }

  private String inClone(String... arguments) throws Exception {
    return GitSource.git(clones.clone(NAME), arguments);
  }

  private List<Path> packs() throws Exception {
    try (Stream<Path> files = Files.list(clones.clone(NAME).resolve("objects/pack"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).toList();
    }
  }

  private interface Work {
    void run() throws GitFailed, InterruptedException;
  }

  private static CompletableFuture<Void> start(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (GitFailed | InterruptedException e) {
                done.completeExceptionally(e);
              }
            })
        .start();
    return done;
  }

  /** Processes below this JVM that work in this test's home. */
  private Stream<ProcessHandle> ourProcesses() {
    return ProcessHandle.current().descendants().filter(p -> commandLine(p).contains(home + "/"));
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    } catch (java.io.IOException e) {
      return "";
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
  }

  /** As the OOM killer or an operator might: the whole group of each git that runs. */
  private void killGroups() throws Exception {
    for (ProcessHandle process : ProcessHandle.current().children().toList()) {
      if (commandLine(process).contains(home + "/")) {
        killGroup(process.pid());
      }
    }
  }

  private static void killGroup(long group) throws Exception {
    new ProcessBuilder("sh", "-c", "kill -KILL -" + group).start().waitFor();
  }
}
