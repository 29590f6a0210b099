package io.holdfast.repositories.process;

import io.holdfast.platform.DurableFiles;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Clones;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.RepositorySettings;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Bare clones in {@code <home>/repositories/<name>}, made in {@code
 * <home>/staging/repository-<name>}, each under the lock {@code <home>/repositories/<name>.lock},
 * which is never removed.
 */
public final class GitClones implements Clones {

  private static final String CLONE = GitScript.load(GitClones.class, "clone.sh");
  private static final String COMMIT = GitScript.load(GitClones.class, "commit.sh");
  private static final String STAGED = "repository-";
  private static final int FETCH_FAILED = 60;
  private static final int CLONE_FAILED = 61;

  private final RepositorySettings settings;
  private final DurableFiles files;
  private final Git git;

  public GitClones(RepositorySettings settings, DurableFiles files, Git git) {
    this.settings = settings;
    this.files = files;
    this.git = git;
  }

  @Override
  public void create(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    demandSuccess(run("create", name, url, settings.cloneTimeout()), url);
  }

  @Override
  public void refresh(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    boolean cloned = Files.isDirectory(clone(name), LinkOption.NOFOLLOW_LINKS);
    Git.Ended ended =
        run("refresh", name, url, cloned ? settings.fetchTimeout() : settings.cloneTimeout());
    if (ended.exitCode() == FETCH_FAILED && GitMessage.of(ended.output(), url).tellsOfDamage()) {
      renew(name, url);
    } else {
      demandSuccess(ended, url);
    }
  }

  @Override
  public void renew(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    demandSuccess(run("renew", name, url, settings.cloneTimeout()), url);
  }

  private Git.Ended run(String mode, RepositoryName name, GitUrl url, Duration timeout)
      throws GitFailed, InterruptedException {
    return git.run(
        new GitScript(
            CLONE,
            List.of(
                mode, clone(name).toString(), staging(name).toString(), url.withoutCredentials()),
            url,
            List.of(lock(name, false)),
            timeout,
            settings.cloneTimeout()));
  }

  private static void demandSuccess(Git.Ended ended, GitUrl url) throws GitFailed {
    if (ended.exitCode() != 0) {
      throw GitFailure.of(ended, url, ended.exitCode() != CLONE_FAILED);
    }
  }

  @Override
  public Optional<String> commit(RepositoryName name, @Nullable BranchName branch)
      throws GitFailed, InterruptedException {
    Git.Ended ended =
        git.run(
            new GitScript(
                COMMIT,
                List.of(clone(name).toString(), GitScript.escaped(branch)),
                null,
                List.of(shared(name)),
                settings.fetchTimeout(),
                settings.cloneTimeout()));
    String commit = ended.output().strip();
    return commit.isEmpty() ? Optional.empty() : Optional.of(commit);
  }

  @Override
  public void remove(RepositoryName name) throws GitFailed, InterruptedException {
    git.removeTrees(
        List.of(staging(name), clone(name)), lock(name, false), settings.cloneTimeout());
  }

  @Override
  public Set<RepositoryName> present() throws IOException {
    Set<RepositoryName> names = new TreeSet<>();
    collect(repositories(), "", names);
    collect(settings.home().resolve("staging"), STAGED, names);
    return names;
  }

  private static void collect(Path directory, String prefix, Set<RepositoryName> names)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(directory, prefix + "*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString().substring(prefix.length());
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
            && RepositoryName.objection(name).isEmpty()) {
          names.add(new RepositoryName(name));
        }
      }
    }
  }

  /** Where the clone is; for copies, which hold {@link #shared}. */
  public Path clone(RepositoryName name) {
    return repositories().resolve(name.value());
  }

  /** Keeps fetches out, not other copies. */
  public GitScript.Lock shared(RepositoryName name) throws GitFailed, InterruptedException {
    return lock(name, true);
  }

  private GitScript.Lock lock(RepositoryName name, boolean shared)
      throws GitFailed, InterruptedException {
    try {
      files.createDirectories(repositories());
      files.createDirectories(settings.home().resolve("staging"));
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      throw new InterruptedException("while making " + repositories());
    } catch (IOException e) {
      throw new GitFailed("the server's home cannot be written: " + e.getMessage(), true);
    }
    return new GitScript.Lock(repositories().resolve(name.value() + ".lock"), shared);
  }

  private Path repositories() {
    return settings.home().resolve("repositories");
  }

  private Path staging(RepositoryName name) {
    return settings.home().resolve("staging").resolve(STAGED + name.value());
  }
}
