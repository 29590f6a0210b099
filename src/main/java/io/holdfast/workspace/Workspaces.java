package io.holdfast.workspace;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Freshness;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.Repository;
import io.holdfast.repositories.RepositoryName;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes and removes the workspaces of jobs: {@code <home>/jobs/<job>/workspace/<repository>}, or an
 * empty {@code <home>/jobs/<job>/workspace} for a job without a repository.
 *
 * <p>All copies of a workspace are made in a temporary sibling, synced, and renamed at once: a
 * crash at any point leaves no workspace or a whole one. Which job may prepare is its caller's to
 * fence: one at a time per job; what a killed server left running is waited for.
 */
public final class Workspaces {

  private static final String WORKSPACE = "workspace";
  private static final String TEMPORARY_PREFIX = ".workspace-";
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path jobs;
  private final DurableFiles files;
  private final WorkingCopies copies;

  /**
   * @param home {@code holdfast.home}
   */
  public Workspaces(Path home, DurableFiles files, WorkingCopies copies) {
    this.jobs = home.resolve("jobs");
    this.files = files;
    this.copies = copies;
  }

  /**
   * Makes the workspace of {@code job}, from repositories brought up to date. A workspace that is
   * there already is kept as it is, whatever the job did in it: a job that is requeued or resumed
   * goes on where it was. A half-made one is removed and made again.
   *
   * @param branch checked out in every repository; null for the branch each was registered with,
   *     else the default branch of its remote
   * @param sources asked only if there is a copy to make
   * @throws WorkspaceFailed with a reason for the job's user
   * @throws InterruptedException if the thread was interrupted: its git is ended, and nothing
   *     usable is left
   */
  public Workspace prepare(
      UUID job, List<RepositoryName> repositories, @Nullable BranchName branch, Sources sources)
      throws WorkspaceFailed, InterruptedException {
    try {
      Path directory = directory(job);
      if (!Files.isDirectory(directory.resolve(WORKSPACE), LinkOption.NOFOLLOW_LINKS)) {
        files.createDirectories(directory);
        make(directory, repositories, branch, sources);
      }
      return workspace(directory, repositories);
    } catch (ClosedByInterruptException e) {
      throw interrupted(job);
    } catch (IOException e) {
      throw new WorkspaceFailed("the workspace cannot be written: " + describe(e));
    } catch (GitFailed e) {
      throw new WorkspaceFailed("the workspace cannot be made: " + e.reason());
    }
  }

  /**
   * Removes the workspace of {@code job}, if there is one, without following symbolic links. After
   * a crash in the middle it is not taken for a whole one; a repeated call removes the rest.
   *
   * @throws IOException if something could not be removed
   */
  public void remove(UUID job) throws IOException, InterruptedException {
    Path directory = directory(job);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      remove(directory);
    } catch (ClosedByInterruptException e) {
      throw interrupted(job);
    } catch (GitFailed e) {
      throw new IOException("workspace of job " + job + ": " + e.reason(), e);
    }
  }

  private void remove(Path directory) throws IOException, GitFailed, InterruptedException {
    Path workspace = directory.resolve(WORKSPACE);
    if (Files.exists(workspace, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(workspace, temporary(directory), StandardCopyOption.ATOMIC_MOVE);
      files.syncDirectory(directory);
    }
    removeLeftovers(directory);
    Commits.delete(directory);
  }

  /**
   * Removes all that is on disk of a job that exists no more: its workspace and what its attempts
   * left. Symbolic links are not followed. A repeated call removes what a crash left.
   *
   * @throws IOException if something could not be removed
   */
  public void discard(UUID job) throws IOException, InterruptedException {
    remove(job);
    Path directory = directory(job);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }

  private void make(
      Path directory,
      List<RepositoryName> repositories,
      @Nullable BranchName branch,
      Sources sources)
      throws WorkspaceFailed, IOException, GitFailed, InterruptedException {
    removeLeftovers(directory);
    if (repositories.isEmpty()) {
      // Whole as soon as it is there. If the machine dies, none is as good as an empty one.
      Files.createDirectory(directory.resolve(WORKSPACE), PRIVATE);
      return;
    }
    Path temporary = temporary(directory);
    files.createDirectories(temporary);
    try {
      Map<RepositoryName, String> commits = new LinkedHashMap<>();
      for (RepositoryName repository : repositories) {
        copy(directory, temporary, repository, branch, sources)
            .ifPresent(commit -> commits.put(repository, commit));
      }
      files.syncDirectory(temporary);
      Commits.write(files, directory, commits);
      sources.confirm();
      Files.move(temporary, directory.resolve(WORKSPACE), StandardCopyOption.ATOMIC_MOVE);
      files.syncDirectory(directory);
    } catch (WorkspaceFailed | IOException | RuntimeException e) {
      discard(directory, temporary, e);
      throw e;
    }
  }

  private void discard(Path directory, Path temporary, Exception cause)
      throws InterruptedException {
    try {
      copies.remove(lock(directory), List.of(temporary));
    } catch (GitFailed e) {
      cause.addSuppressed(e); // the next prepare or remove tries again
    }
  }

  private Optional<String> copy(
      Path directory,
      Path temporary,
      RepositoryName name,
      @Nullable BranchName branch,
      Sources sources)
      throws WorkspaceFailed, InterruptedException {
    try {
      try {
        return copies.make(request(directory, temporary, demand(sources.current(name)), branch));
      } catch (GitFailed e) {
        if (e.cloneUsable()) {
          throw e;
        }
        copies.remove(lock(directory), List.of(temporary.resolve(name.value())));
        return copies.make(request(directory, temporary, demand(sources.anew(name)), branch));
      }
    } catch (GitFailed e) {
      throw new WorkspaceFailed("repository " + name + ": " + e.reason());
    }
  }

  private static Freshness.Current demand(Freshness freshness) throws WorkspaceFailed {
    if (freshness instanceof Freshness.Current current) {
      return current;
    }
    throw new WorkspaceFailed(((Freshness.Absent) freshness).why());
  }

  private static WorkingCopies.Copy request(
      Path directory, Path temporary, Freshness.Current source, @Nullable BranchName branch) {
    Repository repository = source.repository();
    return new WorkingCopies.Copy(
        repository.name(),
        lock(directory),
        temporary.resolve(repository.name().value()),
        repository.gitUrl(),
        branch == null ? repository.branch() : branch,
        source.commit());
  }

  /** On variables that two names share, the first repository has it. */
  private static Workspace workspace(Path directory, List<RepositoryName> repositories)
      throws IOException {
    Path root = directory.resolve(WORKSPACE);
    Map<String, String> environment = new LinkedHashMap<>();
    for (RepositoryName name : repositories) {
      environment.putIfAbsent(name.environmentVariable(), root.resolve(name.value()).toString());
    }
    Path start = repositories.isEmpty() ? root : root.resolve(repositories.get(0).value());
    return new Workspace(start, environment, Commits.read(directory));
  }

  private void removeLeftovers(Path directory) throws IOException, GitFailed, InterruptedException {
    List<Path> leftovers = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*")) {
      entries.forEach(leftovers::add);
    }
    if (!leftovers.isEmpty()) {
      copies.remove(lock(directory), leftovers);
    }
  }

  private Path directory(UUID job) {
    return jobs.resolve(job.toString());
  }

  private static Path temporary(Path directory) {
    return directory.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
  }

  private static Path lock(Path directory) {
    return directory.resolve("workspace.lock");
  }

  /** An interrupt that met a file in our hands, as what it is. */
  private static InterruptedException interrupted(UUID job) {
    Thread.interrupted();
    return new InterruptedException("workspace of job " + job);
  }

  private static String describe(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left on device") ? "the server's disk is full" : message;
  }
}
