package io.holdfast.workspace.process;

import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.repositories.process.Git;
import io.holdfast.repositories.process.GitClones;
import io.holdfast.repositories.process.GitFailure;
import io.holdfast.repositories.process.GitScript;
import io.holdfast.workspace.WorkingCopies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Working copies as local clones of the server's clones. */
public final class GitWorkingCopies implements WorkingCopies {

  private static final String COPY = GitScript.load(GitWorkingCopies.class, "copy.sh");
  private static final Pattern COMMIT = Pattern.compile("commit ([0-9a-f]{40,64})?\\s*\\z");
  private static final int UNKNOWN_BRANCH = 62;
  private static final int NO_DEFAULT_BRANCH = 63;
  private static final int NO_CLONE = 64;

  private final GitClones clones;
  private final Git git;
  private final Duration timeout;

  /**
   * @param timeout for one copy or removal
   */
  public GitWorkingCopies(GitClones clones, Git git, Duration timeout) {
    this.clones = clones;
    this.git = git;
    this.timeout = timeout;
  }

  @Override
  public Optional<String> make(Copy copy) throws GitFailed, InterruptedException {
    RepositoryName name = copy.repository();
    Git.Ended ended =
        git.run(
            new GitScript(
                COPY,
                List.of(
                    clones.clone(name).toString(),
                    copy.target().toString(),
                    copy.origin().withoutCredentials(),
                    GitScript.escaped(copy.branch()),
                    copy.commit() == null ? "" : copy.commit()),
                null,
                List.of(exclusive(copy.lock()), clones.shared(name)),
                timeout,
                timeout));
    return switch (ended.exitCode()) {
      case 0 -> commit(ended.output());
      case UNKNOWN_BRANCH -> throw new GitFailed("it has no branch '" + copy.branch() + "'", true);
      case NO_DEFAULT_BRANCH ->
          throw new GitFailed("its default branch does not exist; name a branch", true);
      case NO_CLONE -> throw new GitFailed("the server has no clone of it", false);
      default -> throw GitFailure.of(ended, null, true);
    };
  }

  private static Optional<String> commit(String output) {
    Matcher matcher = COMMIT.matcher(output);
    return matcher.find() ? Optional.ofNullable(matcher.group(1)) : Optional.empty();
  }

  @Override
  public void remove(Path lock, List<Path> trees) throws GitFailed, InterruptedException {
    git.removeTrees(trees, exclusive(lock), timeout);
  }

  private static GitScript.Lock exclusive(Path file) {
    return new GitScript.Lock(file, false);
  }
}
