package io.holdfast.repositories;

/** Git did not do what was asked. The message is for users and holds no credentials. */
public class GitFailed extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean cloneUsable;

  public GitFailed(String reason, boolean cloneUsable) {
    super(reason);
    this.cloneUsable = cloneUsable;
  }

  /** git's message, cleaned. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** False if the server has no usable clone of the repository now. */
  public boolean cloneUsable() {
    return cloneUsable;
  }
}
