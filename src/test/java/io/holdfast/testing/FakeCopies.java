package io.holdfast.testing;

import io.holdfast.workspace.WorkingCopies;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Working copies without git: remembers what was asked for. */
public final class FakeCopies implements WorkingCopies {

  private final List<Copy> made = new CopyOnWriteArrayList<>();

  public List<Copy> made() {
    return made;
  }

  @Override
  public Optional<String> make(Copy copy) {
    made.add(copy);
    return Optional.ofNullable(copy.commit());
  }

  @Override
  public void remove(Path lock, List<Path> trees) {}
}
