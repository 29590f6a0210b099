package io.holdfast.jobs;

import io.holdfast.platform.Transactions;
import io.holdfast.repositories.BranchName;
import io.holdfast.repositories.Freshness;
import io.holdfast.repositories.Preparation;
import io.holdfast.repositories.Repositories;
import io.holdfast.repositories.RepositoryName;
import io.holdfast.workspace.Sources;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The clones that a claimed job's workspace is copied from. Its fence is looked at before each
 * effect. The leader of a batch fetches for all its members; they copy the commit that it found.
 */
final class GrantedSources implements Sources {

  /** Stands for the commit of a repository that has none, or not on the branch asked for. */
  private static final String NO_COMMIT = "none";

  private final Claimed claimed;
  private final @Nullable BranchName branch;
  private final @Nullable Preparation shared;
  private final Transactions transactions;
  private final Grants grants;
  private final Repositories repositories;
  private final InstantSource clock;
  private final Wakeups wakeups;
  private @Nullable String commit;

  GrantedSources(
      Claimed claimed,
      Transactions transactions,
      Grants grants,
      Repositories repositories,
      InstantSource clock,
      Wakeups wakeups) {
    this.claimed = claimed;
    String named = claimed.job().spec().branch();
    this.branch = named == null ? null : new BranchName(named);
    this.shared = claimed.grant().preparation().orElse(null);
    this.commit = shared == null ? null : shared.commit();
    this.transactions = transactions;
    this.grants = grants;
    this.repositories = repositories;
    this.clock = clock;
    this.wakeups = wakeups;
  }

  @Override
  public Freshness current(RepositoryName name) throws InterruptedException {
    confirm();
    if (shared == null) {
      return repositories.ensureCurrent(name, branch);
    }
    if (commit == null) {
      Freshness fetched = repositories.ensureCurrent(name, branch);
      tell(shared, name, fetched);
      return fetched;
    }
    return repositories
        .find(name)
        .<Freshness>map(found -> new Freshness.Current(found, theCommit()))
        .orElseGet(() -> new Freshness.Unregistered(name));
  }

  @Override
  public Freshness anew(RepositoryName name) throws InterruptedException {
    confirm();
    Freshness cloned = repositories.cloneAnew(name, branch);
    return shared != null && cloned instanceof Freshness.Current current
        ? new Freshness.Current(current.repository(), theCommit())
        : cloned;
  }

  @Override
  public void confirm() {
    if (!transactions.call(() -> grants.holds(claimed))) {
      throw new StaleJob(claimed.job().ref());
    }
  }

  private @Nullable String theCommit() {
    return NO_COMMIT.equals(commit) ? null : commit;
  }

  private void tell(Preparation batch, RepositoryName name, Freshness fetched) {
    long fence = claimed.grant().fence(name);
    transactions.run(
        () -> {
          if (fetched instanceof Freshness.Current current) {
            commit = current.commit() == null ? NO_COMMIT : current.commit();
            grants.prepared(batch, fence, commit, clock.instant());
          } else if (fetched instanceof Freshness.Absent absent) {
            grants.failed(batch, fence, absent.why(), clock.instant());
          }
        });
    wakeups.queueGrew();
  }
}
