package io.holdfast.workspace;

import io.holdfast.repositories.RepositoryName;
import java.nio.file.Path;
import java.util.Map;

/**
 * A job's working copy.
 *
 * @param directory where the command runs: the copy of the first repository, or an empty directory
 *     for a job without one
 * @param environment {@code HOLDFAST_WORKSPACE_<NAME>} per repository: its absolute directory
 * @param commits what each copy started from; a repository without commits has no entry
 */
public record Workspace(
    Path directory, Map<String, String> environment, Map<RepositoryName, String> commits) {
  public Workspace {
    environment = Map.copyOf(environment);
    commits = Map.copyOf(commits);
  }
}
