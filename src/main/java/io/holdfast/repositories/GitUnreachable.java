package io.holdfast.repositories;

/** The remote could not be reached or broke off: worth another try. */
public class GitUnreachable extends GitFailed {

  private static final long serialVersionUID = 1L;

  public GitUnreachable(String reason, boolean cloneUsable) {
    super(reason, cloneUsable);
  }
}
