package io.holdfast.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Freshness;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitSource;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositorySettings;
import io.holdfast.repositories.RepositoryState;
import io.holdfast.repositories.process.Git;
import io.holdfast.repositories.process.GitClones;
import io.holdfast.workspace.process.GitWorkingCopies;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspacesIT {

  private static final RepositoryName ALPHA = new RepositoryName("alpha");
  private static final RepositoryName BETA = new RepositoryName("beta.2");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path temporary;

  private final UUID job = UUID.randomUUID();
  private final Map<RepositoryName, Repository> registered = new HashMap<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private final AtomicInteger renewals = new AtomicInteger();
  private Path home;
  private GitSource source;
  private GitClones clones;
  private Workspaces workspaces;
  private final Sources sources = new CountingSources();

  @BeforeEach
  void arrange() throws Exception {
    source = GitSource.create(temporary.resolve("source"));
    register(ALPHA, source.url(), null);
    use(temporary.resolve("home"));
  }

  @Test
  void aJobSeesAnOrdinaryCloneOnABranch() throws Exception {
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    Path directory = home.resolve("jobs").resolve(job.toString()).resolve("workspace/alpha");
    assertThat(workspace.directory()).isEqualTo(directory);
    assertThat(workspace.environment())
        .containsExactly(Map.entry("HOLDFAST_WORKSPACE_ALPHA", directory.toString()));
    assertThat(workspace.commits()).containsExactly(Map.entry(ALPHA, source.head()));
    assertThat(directory.resolve("README.md")).hasContent("hello\n");
    assertThat(GitSource.git(directory, "status", "-sb")).isEqualTo("## main...origin/main");
    assertThat(GitSource.git(directory, "remote", "get-url", "origin")).isEqualTo(source.url());
    assertThat(GitSource.git(directory, "config", "--local", "--list"))
        .doesNotContain("hookspath", "fsmonitor");
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void packsAreShared() throws Exception {
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    Path pack = pack(clones.clone(ALPHA));
    Path copied =
        workspace.directory().resolve(".git/objects/pack").resolve(pack.getFileName().toString());
    assertThat(Files.getAttribute(copied, "unix:ino"))
        .isEqualTo(Files.getAttribute(pack, "unix:ino"));
  }

  @Test
  void aJobWithoutARepositoryGetsAnEmptyDirectory() throws Exception {
    Workspace workspace = workspaces.prepare(job, List.of(), null, sources);
    assertThat(workspace.directory()).isEmptyDirectory();
    assertThat(workspace.environment()).isEmpty();
    assertThat(workspace.commits()).isEmpty();
    Files.writeString(workspace.directory().resolve("made"), "by the job");
    assertThat(workspaces.prepare(job, List.of(), null, sources)).isEqualTo(workspace);
    assertThat(workspace.directory().resolve("made")).exists();
  }

  @Test
  void severalRepositoriesLieSideBySide() throws Exception {
    GitSource other = GitSource.create(temporary.resolve("other"));
    register(BETA, other.url(), null);
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA, BETA), null, sources);
    assertThat(workspace.directory()).hasFileName("alpha");
    assertThat(workspace.environment().get("HOLDFAST_WORKSPACE_BETA_2"))
        .isEqualTo(workspace.directory().resolveSibling("beta.2").toString());
    assertThat(workspace.commits()).hasSize(2);
  }

  @Test
  void theJobsBranchComesBeforeTheRepositorysAndThatBeforeTheRemotes() throws Exception {
    source.git("branch", "registered");
    source.git("branch", "größe/ü");
    register(ALPHA, source.url(), new BranchName("registered"));
    assertThat(branchOf(workspaces.prepare(job, List.of(ALPHA), null, sources)))
        .isEqualTo("registered");
    assertThat(
            branchOf(
                workspaces.prepare(
                    UUID.randomUUID(), List.of(ALPHA), new BranchName("größe/ü"), sources)))
        .isEqualTo("größe/ü");
  }

  @Test
  void anUnknownBranchIsNamedAndLeavesNothing() throws Exception {
    source.git("tag", "v1");
    for (String branch : List.of("nope", "v1", "$(id)")) {
      assertThatThrownBy(
              () -> workspaces.prepare(job, List.of(ALPHA), new BranchName(branch), sources))
          .isInstanceOf(WorkspaceFailed.class)
          .hasMessage("repository alpha: it has no branch '" + branch + "'");
    }
    assertThat(temporaries()).isEmpty();
    assertThat(workspaces.prepare(job, List.of(ALPHA), null, sources).directory()).exists();
  }

  @Test
  void aDefaultBranchThatDoesNotExistIsSaid() throws Exception {
    source.git("symbolic-ref", "HEAD", "refs/heads/nowhere");
    assertThatThrownBy(() -> workspaces.prepare(job, List.of(ALPHA), null, sources))
        .isInstanceOf(WorkspaceFailed.class)
        .hasMessageContaining("name a branch");
  }

  @Test
  void anEmptyRepositoryGivesAnUnbornBranch() throws Exception {
    GitSource empty = GitSource.empty(temporary.resolve("empty"));
    register(ALPHA, empty.url(), null);
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    assertThat(workspace.commits()).isEmpty();
    assertThat(branchOf(workspace)).isEqualTo("main");
    Workspace other =
        workspaces.prepare(UUID.randomUUID(), List.of(ALPHA), new BranchName("topic"), sources);
    assertThat(branchOf(other)).isEqualTo("topic");
  }

  @Test
  void aRepositoryThatCannotBeBroughtUpToDateFailsTheJobWithItsReason() {
    register(ALPHA, "/nowhere/at/all", null);
    assertThatThrownBy(() -> workspaces.prepare(job, List.of(ALPHA), null, sources))
        .isInstanceOf(WorkspaceFailed.class)
        .hasMessageStartingWith("repository alpha: ")
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> workspaces.prepare(job, List.of(BETA), null, sources))
        .hasMessage("repository beta.2 is not registered");
  }

  @Test
  void aWholeWorkspaceIsKeptAsItIs() throws Exception {
    Workspace first = workspaces.prepare(job, List.of(ALPHA), null, sources);
    Files.writeString(first.directory().resolve("README.md"), "changed by the job");
    source.commit("later", "x");
    assertThat(workspaces.prepare(job, List.of(ALPHA), new BranchName("other"), sources))
        .isEqualTo(first);
    assertThat(first.directory().resolve("README.md")).hasContent("changed by the job");
    assertThat(fetches).hasValue(1);
  }

  @Test
  void aHalfMadeWorkspaceIsMadeAgain() throws Exception {
    Path directory = home.resolve("jobs").resolve(job.toString());
    Path half = directory.resolve(".workspace-" + UUID.randomUUID());
    Files.createDirectories(half.resolve("alpha/.git/objects"));
    Files.writeString(directory.resolve("workspace.commits"), "alpha 0\nnonsense\n");
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    assertThat(workspace.commits()).containsEntry(ALPHA, source.head());
    assertThat(half).doesNotExist();
  }

  @Test
  void aCommitListThatAJobSpoiltIsNotBelieved() throws Exception {
    workspaces.prepare(job, List.of(ALPHA), null, sources);
    Path list = home.resolve("jobs").resolve(job.toString()).resolve("workspace.commits");
    Files.writeString(list, "alpha $(id)\n../x " + "0".repeat(40) + "\n\n");
    assertThat(workspaces.prepare(job, List.of(ALPHA), null, sources).commits()).isEmpty();
    Files.delete(list);
    assertThat(workspaces.prepare(job, List.of(ALPHA), null, sources).commits()).isEmpty();
  }

  @Test
  void removingFollowsNoLinkAndIsRepeatable() throws Exception {
    Path precious = Files.createDirectories(temporary.resolve("precious"));
    Files.writeString(precious.resolve("file"), "precious");
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    Files.createSymbolicLink(workspace.directory().resolve("link"), precious);
    Path sealed = Files.createDirectories(workspace.directory().resolve("sealed/deep"));
    Files.writeString(sealed.resolve("file"), "x");
    GitSource.run(workspace.directory(), List.of("chmod", "-R", "0500", "sealed"));
    workspaces.remove(job);
    workspaces.remove(job);
    workspaces.remove(UUID.randomUUID());
    assertThat(precious.resolve("file")).hasContent("precious");
    assertThat(workspace.directory()).doesNotExist();
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void aWorkspaceThatAJobReplacedByALinkIsRemovedWithoutItsTarget() throws Exception {
    Path precious = Files.createDirectories(temporary.resolve("precious"));
    workspaces.prepare(job, List.of(ALPHA), null, sources);
    Path workspace = home.resolve("jobs").resolve(job.toString()).resolve("workspace");
    Files.move(workspace, temporary.resolve("elsewhere"));
    Files.createSymbolicLink(workspace, precious);
    workspaces.remove(job);
    assertThat(Files.exists(workspace, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(precious).exists();
  }

  @Test
  void hostileContentIsCheckedOutAndRunsNothing() throws Exception {
    Path marker = temporary.resolve("marker");
    String evil = "touch " + marker;
    for (String hook : List.of("post-checkout", "post-merge", "pre-commit", "post-index-change")) {
      Path file = source.directory().resolve(".git/hooks").resolve(hook);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "#!/bin/sh\n" + evil + "\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
      source.commit("hooks/" + hook, "#!/bin/sh\n" + evil + "\n");
    }
    Files.delete(marker); // the source's own hooks ran for the source's own commits
    source.git("config", "filter.evil.smudge", evil);
    source.git("config", "core.fsmonitor", evil);
    source.git("config", "uploadpack.packObjectsHook", evil);
    Files.delete(source.directory().resolve(".git/hooks/pre-commit"));
    Files.delete(source.directory().resolve(".git/hooks/post-index-change"));
    Files.createSymbolicLink(source.directory().resolve("root"), Path.of("/"));
    Files.createSymbolicLink(source.directory().resolve("etc"), Path.of("../../../../../../etc"));
    Files.writeString(
        source.directory().resolve(".gitattributes"), "* filter=evil\n*.lfs filter=lfs\n");
    Files.writeString(source.directory().resolve("big.lfs"), "version https://git-lfs\n");
    Files.writeString(
        source.directory().resolve(".gitmodules"),
        "[submodule \"x\"]\n\tpath = x\n\turl = ext::" + evil + "\n\tupdate = !" + evil + "\n");
    Files.writeString(source.directory().resolve(".lfsconfig"), "[lfs]\n\turl = ext::x\n");
    Path bare = source.directory().resolve("bare");
    Files.createDirectories(bare.resolve("objects"));
    Files.createDirectories(bare.resolve("refs"));
    Files.writeString(bare.resolve("objects/keep"), "");
    Files.writeString(bare.resolve("refs/keep"), "");
    Files.writeString(bare.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(bare.resolve("config"), "[core]\n\tfsmonitor = " + evil + "\n");
    Files.writeString(source.directory().resolve("-rf"), "dash");
    Files.writeString(source.directory().resolve("new\nline"), "newline");
    source.git("-c", "core.fsmonitor=false", "add", "-A");
    source.git("-c", "core.fsmonitor=false", "commit", "-q", "-m", "evil");
    Files.deleteIfExists(marker);

    Path copy = workspaces.prepare(job, List.of(ALPHA), null, sources).directory();
    assertThat(marker).doesNotExist();
    assertThat(copy.resolve("-rf")).hasContent("dash");
    assertThat(copy.resolve("new\nline")).hasContent("newline");
    assertThat(Files.readSymbolicLink(copy.resolve("root"))).isEqualTo(Path.of("/"));
    assertThat(copy.resolve("big.lfs")).hasContent("version https://git-lfs\n");
    workspaces.remove(job);
    assertThat(Path.of("/etc/passwd")).exists();
    assertThat(marker).doesNotExist();
  }

  @Test
  void aTreeThatWritesIntoTheGitDirectoryIsRefused() throws Exception {
    Files.writeString(temporary.resolve("config"), "[core]\n\tfsmonitor = touch /tmp/x\n");
    String blob = source.git("hash-object", "-w", temporary.resolve("config").toString());
    String script =
        "inner=$(printf '100644 blob "
            + blob
            + "\\tevil\\n' | git mktree) && outer=$(printf \"040000 tree $inner\\t.git\\n\""
            + " | git mktree) && commit=$(git commit-tree -m evil $outer)"
            + " && git update-ref refs/heads/main $commit";
    GitSource.run(source.directory(), List.of("sh", "-c", script));
    assertThatThrownBy(() -> workspaces.prepare(job, List.of(ALPHA), null, sources))
        .isInstanceOf(WorkspaceFailed.class)
        .hasMessageContaining("invalid path '.git/evil'");
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void credentialsDoNotReachTheJob() throws Exception {
    clones.create(ALPHA, new GitUrl(source.url()));
    Path target = temporary.resolve("copy");
    new GitWorkingCopies(clones, new Git(), MINUTE)
        .make(
            new WorkingCopies.Copy(
                ALPHA,
                temporary.resolve("lock"),
                target,
                new GitUrl("https://anna:secret@example.org/a.git"),
                null,
                null));
    assertThat(Files.readString(target.resolve(".git/config")))
        .contains("url = https://example.org/a.git")
        .doesNotContain("anna", "secret");
  }

  @Test
  void aCloneThatRottedInTheMiddleIsMadeAnewForTheJob() throws Exception {
    byte[] noise = new byte[200_000];
    new Random(1).nextBytes(noise);
    source.commit("noise", Base64.getEncoder().encodeToString(noise));
    clones.create(ALPHA, new GitUrl(source.url()));
    Path pack = pack(clones.clone(ALPHA));
    assertThat(pack.toFile().setWritable(true)).isTrue();
    try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
      file.seek(file.length() / 2);
      file.write(new byte[4096]);
    }
    Workspace workspace = workspaces.prepare(job, List.of(ALPHA), null, sources);
    assertThat(renewals).hasValue(1);
    assertThat(GitSource.git(workspace.directory(), "status", "--short")).isEmpty();
    assertThat(GitSource.git(clones.clone(ALPHA), "fsck", "--full")).isEmpty();
  }

  @Test
  void anInterruptedPreparationIsNoFailureOfTheJob() throws Exception {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> workspaces.prepare(job, List.of(ALPHA), null, sources))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    workspaces.prepare(job, List.of(ALPHA), null, sources);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> workspaces.remove(job)).isInstanceOf(InterruptedException.class);
    workspaces.remove(job);
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void twentyJobsCopyOneCloneAtOnce() throws Exception {
    source.commit("more", "x");
    clones.create(ALPHA, new GitUrl(source.url()));
    ExecutorService threads = Executors.newFixedThreadPool(20);
    try {
      List<Future<Workspace>> prepared = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        prepared.add(
            threads.submit(
                () -> workspaces.prepare(UUID.randomUUID(), List.of(ALPHA), null, sources)));
      }
      for (Future<Workspace> workspace : prepared) {
        assertThat(workspace.get(60, TimeUnit.SECONDS).commits())
            .containsEntry(ALPHA, source.head());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingTorn() throws Exception {
    Path small = Files.createDirectories(temporary.resolve("small"));
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small.toString())
            .start();
    assumeTrue(mount.waitFor() == 0, "SKIPPED: a small file system cannot be mounted here");
    try {
      use(small);
      source.commit("more", "x");
      workspaces.prepare(job, List.of(ALPHA), null, sources);
      source.commit("large", "0123456789abcdef".repeat(200_000)); // packs small, checks out large
      UUID unlucky = UUID.randomUUID();
      assertThatThrownBy(() -> workspaces.prepare(unlucky, List.of(ALPHA), null, sources))
          .isInstanceOf(WorkspaceFailed.class)
          .hasMessageContaining("disk is full");
      Path directory = small.resolve("jobs").resolve(unlucky.toString());
      assertThat(directory.resolve("workspace")).doesNotExist();
      source.git("rm", "-q", "large");
      source.commit("small", "x");
      assertThat(workspaces.prepare(unlucky, List.of(ALPHA), null, sources).directory()).exists();
    } finally {
      new ProcessBuilder("umount", small.toString()).start().waitFor();
    }
  }

  private void use(Path newHome) {
    home = newHome;
    clones =
        new GitClones(
            new RepositorySettings(home, true, MINUTE, MINUTE), new DurableFiles(), new Git());
    workspaces =
        new Workspaces(home, new DurableFiles(), new GitWorkingCopies(clones, new Git(), MINUTE));
  }

  private void register(RepositoryName name, String url, @Nullable BranchName branch) {
    registered.put(
        name,
        new Repository(
            UUID.randomUUID(),
            name,
            new GitUrl(url),
            branch,
            RepositoryState.READY,
            null,
            "anna",
            Instant.EPOCH,
            Instant.EPOCH));
  }

  private Path pack(Path bare) throws Exception {
    try (Stream<Path> files = Files.list(bare.resolve("objects/pack"))) {
      return files.filter(file -> file.toString().endsWith(".pack")).findFirst().orElseThrow();
    }
  }

  private List<Path> temporaries() throws Exception {
    try (Stream<Path> files = Files.list(home.resolve("jobs").resolve(job.toString()))) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static String branchOf(Workspace workspace) throws Exception {
    return GitSource.git(workspace.directory(), "symbolic-ref", "--short", "HEAD");
  }

  private interface Step {
    void run(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException;
  }

  private Freshness bring(RepositoryName name, Step step) throws InterruptedException {
    Repository repository = registered.get(name);
    if (repository == null) {
      return new Freshness.Unregistered(name);
    }
    try {
      step.run(name, repository.gitUrl());
      return new Freshness.Current(repository, null);
    } catch (GitFailed e) {
      return new Freshness.Failed(name, e.reason());
    }
  }

  private final class CountingSources implements Sources {
    @Override
    public Freshness current(RepositoryName name) throws InterruptedException {
      fetches.incrementAndGet();
      return bring(name, clones::refresh);
    }

    @Override
    public Freshness anew(RepositoryName name) throws InterruptedException {
      renewals.incrementAndGet();
      return bring(name, clones::renew);
    }

    @Override
    public void confirm() {}
  }
}
