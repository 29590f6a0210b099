package io.holdfast.workspace;

/**
 * A workspace could not be prepared: unknown repository or branch, clone or fetch failed, disk
 * full, ... Nothing usable is left; {@link Workspaces#prepare} can be called again.
 */
public final class WorkspaceFailed extends Exception {

  private static final long serialVersionUID = 1L;

  public WorkspaceFailed(String reason) {
    super(reason);
  }

  /** For the job's user; holds no credentials. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
