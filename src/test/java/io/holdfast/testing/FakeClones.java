package io.holdfast.testing;

import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Clones;
import io.holdfast.repositories.GitFailed;
import io.holdfast.repositories.GitUrl;
import io.holdfast.repositories.RepositoryName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Clones without git: every fetch finds the next commit, or does what the test says. */
public final class FakeClones implements Clones {

  /** What a fetch does instead. */
  @FunctionalInterface
  public interface Fetch {
    void run() throws GitFailed, InterruptedException;
  }

  private final Map<String, Fetch> instead = new ConcurrentHashMap<>();
  private volatile boolean unreadable;
  private final List<String> fetched = new CopyOnWriteArrayList<>();

  public FakeClones whenFetching(String name, Fetch what) {
    instead.put(name, what);
    return this;
  }

  /** Their directory cannot be listed, or can again. */
  public void areUnreadable(boolean now) {
    unreadable = now;
  }

  /** The names fetched, in order. */
  public List<String> fetched() {
    return fetched;
  }

  @Override
  public void create(RepositoryName name, GitUrl url) {}

  @Override
  public void refresh(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    Fetch what = instead.get(name.value());
    if (what != null) {
      what.run();
    }
    fetched.add(name.value());
  }

  @Override
  public void renew(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException {
    refresh(name, url);
  }

  @Override
  public Optional<String> commit(RepositoryName name, @Nullable BranchName branch) {
    return Optional.of("%040x".formatted(fetched.size()));
  }

  @Override
  public void remove(RepositoryName name) {}

  @Override
  public Set<RepositoryName> present() throws IOException {
    if (unreadable) {
      throw new IOException("cannot be listed");
    }
    return Set.of();
  }
}
