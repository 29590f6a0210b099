package io.holdfast.repositories;

import io.holdfast.platform.Transactions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The registered repositories. What is registered is in the database, what is cloned is on disk; a
 * crash between the two is healed by {@link #recover} or by the next job that wants the repository.
 * No git command runs inside a transaction.
 */
public final class Repositories {

  private static final Logger LOG = System.getLogger(Repositories.class.getName());

  private final Transactions transactions;
  private final RepositoryStore store;
  private final Clones clones;
  private final boolean allowLocal;
  private final InstantSource clock;
  private final Executor background;
  private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param allowLocal whether an absolute path on the server is accepted as git URL
   * @param background runs first clones and removals, each up to the clone timeout
   */
  public Repositories(
      Transactions transactions,
      RepositoryStore store,
      Clones clones,
      boolean allowLocal,
      InstantSource clock,
      Executor background) {
    this.transactions = transactions;
    this.store = store;
    this.clones = clones;
    this.allowLocal = allowLocal;
    this.clock = clock;
    this.background = background;
  }

  /** Registers a repository and clones it in the background. */
  public Registration register(String name, String gitUrl, @Nullable String branch, String owner) {
    Optional<String> objection =
        RepositoryName.objection(name)
            .or(() -> GitUrl.objection(gitUrl))
            .or(() -> branch == null ? Optional.empty() : BranchName.objection(branch))
            .or(() -> objectionToLocal(new GitUrl(gitUrl)));
    if (objection.isPresent()) {
      return new Registration.Refused(objection.get());
    }
    Repository repository =
        Repository.registered(
            new RepositoryName(name),
            new GitUrl(gitUrl),
            branch == null ? null : new BranchName(branch),
            owner,
            clock.instant().truncatedTo(ChronoUnit.MICROS));
    if (!transactions.call(() -> store.insert(repository))) {
      return new Registration.AlreadyExists(repository.name());
    }
    cloneInBackground(repository);
    return new Registration.Registered(repository);
  }

  public Optional<Repository> find(RepositoryName name) {
    return transactions.call(() -> store.find(name));
  }

  /**
   * Those of these names that are registered; they stay so until the caller's transaction ends,
   * which stores what refers to them.
   */
  public Set<String> keep(Collection<String> names) {
    return names.isEmpty() ? Set.of() : store.keep(names);
  }

  /** All, by name. */
  public List<Repository> list() {
    return transactions.call(store::list);
  }

  /**
   * Removes a repository that no job needs.
   *
   * @param usedBy the jobs that need it; called within the transaction that removes, with the row
   *     locked: a job that comes in meanwhile is either seen here, or {@link #keep} does not find
   *     the repository any more
   */
  public Removal remove(RepositoryName name, Function<RepositoryName, List<UUID>> usedBy) {
    Removal removal = transactions.call(() -> removeRow(name, usedBy));
    if (removal instanceof Removal.Removed) {
      discardInBackground(name);
    }
    return removal;
  }

  private Removal removeRow(RepositoryName name, Function<RepositoryName, List<UUID>> usedBy) {
    Optional<Repository> found = store.lock(name);
    if (found.isEmpty()) {
      return new Removal.NotFound(name);
    }
    List<UUID> jobs = usedBy.apply(name);
    if (!jobs.isEmpty()) {
      return new Removal.InUse(name, jobs);
    }
    store.delete(found.get());
    return new Removal.Removed(name);
  }

  /**
   * Starts the clones again that a crash interrupted or that failed, and discards those of
   * repositories that are not registered any more. May be called at any time and repeated: a slow
   * loop that calls it heals a repository whose remote came back.
   *
   * @throws IOException if the directory of clones cannot be read
   */
  public Recovered recover() throws IOException {
    Set<RepositoryName> unowned = new HashSet<>(clones.present());
    List<Repository> registered = list();
    registered.forEach(repository -> unowned.remove(repository.name()));
    unowned.forEach(this::discardInBackground);
    List<Repository> unready =
        registered.stream().filter(r -> r.state() != RepositoryState.READY).toList();
    unready.forEach(this::cloneInBackground);
    return new Recovered(registered.size(), unready.size(), unowned.size());
  }

  /**
   * Brings the clone up to date: fetches, or clones first if there is no usable clone.
   *
   * @param branch whose commit is told; null for the one it was registered with, else the default
   * @throws InterruptedException if the thread was interrupted: git is ended, the state unchanged
   */
  public Freshness ensureCurrent(RepositoryName name, @Nullable BranchName branch)
      throws InterruptedException {
    return bring(name, branch, clones::refresh);
  }

  /** As {@link #ensureCurrent}, and replaces the clone: a copy from it showed damage. */
  public Freshness cloneAnew(RepositoryName name, @Nullable BranchName branch)
      throws InterruptedException {
    return bring(name, branch, clones::renew);
  }

  private Freshness bring(RepositoryName name, @Nullable BranchName branch, CloneStep step)
      throws InterruptedException {
    Optional<Repository> found = find(name);
    if (found.isEmpty()) {
      return new Freshness.Unregistered(name);
    }
    Optional<String> objection = objectionToLocal(found.get().gitUrl());
    return objection.isPresent()
        ? new Freshness.Failed(name, objection.get())
        : bring(found.get(), branch, step);
  }

  private Freshness bring(Repository repository, @Nullable BranchName branch, CloneStep step)
      throws InterruptedException {
    Optional<String> commit;
    try {
      step.run(repository.name(), repository.gitUrl());
      commit = clones.commit(repository.name(), branch == null ? repository.branch() : branch);
    } catch (GitFailed e) {
      settle(repository, repository.failed(e.reason(), e.cloneUsable()));
      return new Freshness.Failed(repository.name(), e.reason());
    }
    Repository ready = repository.ready(clock.instant().truncatedTo(ChronoUnit.MICROS));
    settle(repository, ready);
    return new Freshness.Current(ready, commit.orElse(null));
  }

  /** Writes only what changed, and nothing over what another thread settled meanwhile. */
  private void settle(Repository before, Repository after) {
    if (!after.equals(before)) {
      transactions.call(() -> store.update(before.state(), after));
    }
  }

  private void cloneInBackground(Repository repository) {
    if (!underWay.add(repository.id())) {
      return;
    }
    boolean accepted =
        inBackground(
            "clone of " + repository.name(),
            () -> {
              try {
                bring(repository, null, clones::create);
                discardUnlessRegistered(repository.name());
              } finally {
                underWay.remove(repository.id());
              }
            });
    if (!accepted) {
      underWay.remove(repository.id());
    }
  }

  private void discardInBackground(RepositoryName name) {
    inBackground("removal of " + name, () -> discardUnlessRegistered(name));
  }

  private void discardUnlessRegistered(RepositoryName name) throws GitFailed, InterruptedException {
    if (find(name).isEmpty()) {
      clones.remove(name);
    }
  }

  /** What fails here stays in its state, for {@link #recover} or the next job. */
  private boolean inBackground(String what, BackgroundStep step) {
    try {
      background.execute(
          () -> {
            try {
              step.run();
            } catch (GitFailed | RuntimeException e) {
              LOG.log(Level.WARNING, what + " failed", e);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      return true;
    } catch (RejectedExecutionException e) {
      LOG.log(Level.WARNING, what + " was not accepted by the executor: " + e.getMessage());
      return false;
    }
  }

  private Optional<String> objectionToLocal(GitUrl url) {
    return url.isLocal() && !allowLocal
        ? Optional.of("this server does not accept local paths (holdfast.repositories.allow-local)")
        : Optional.empty();
  }

  @FunctionalInterface
  private interface CloneStep {
    void run(RepositoryName name, GitUrl url) throws GitFailed, InterruptedException;
  }

  @FunctionalInterface
  private interface BackgroundStep {
    void run() throws GitFailed, InterruptedException;
  }
}
