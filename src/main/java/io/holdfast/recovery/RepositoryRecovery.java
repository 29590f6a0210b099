package io.holdfast.recovery;

import io.holdfast.repositories.Recovered;
import io.holdfast.repositories.Repositories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/**
 * Clones that a crash interrupted are made again in the background; those of removed repositories
 * go.
 */
public final class RepositoryRecovery implements RecoveryPhase {

  private final Repositories repositories;

  public RepositoryRecovery(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public String component() {
    return "RepositoryRecovery";
  }

  @Override
  public String operation() {
    return "recover_repositories";
  }

  @Override
  public Set<String> dependsOn() {
    return Set.of(QueueRecovery.NAME);
  }

  @Override
  public boolean critical() {
    return false;
  }

  @Override
  public PhaseReport run() {
    try {
      Recovered recovered = repositories.recover();
      return PhaseReport.of(
          Map.of(
              "repositories", (long) recovered.registered(),
              "clones_resumed", (long) recovered.resumed(),
              "clones_discarded", (long) recovered.discarded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
