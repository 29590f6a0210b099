package io.holdfast.statistics.store;

import io.holdfast.statistics.Statistics;
import io.holdfast.statistics.StatisticsStore;
import jakarta.persistence.EntityManager;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link StatisticsStore} on PostgreSQL. */
public final class JpaStatisticsStore implements StatisticsStore {

  private static final String SUMMARY =
      """
      SELECT count(*),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY cpu_seconds),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY peak_memory_bytes),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY duration_ms),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY queue_ms),
        CAST(avg(queue_ms) AS double precision),
        coalesce(max(concurrency), 0)
      FROM resource_sample
      """;

  private static final String OUTCOMES =
      "SELECT outcome, count(*) FROM resource_sample GROUP BY outcome";

  private final EntityManager manager;

  public JpaStatisticsStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public Statistics summarise() {
    Map<String, Long> outcomes = new TreeMap<>();
    for (Object found : manager.createNativeQuery(OUTCOMES).getResultList()) {
      Object[] row = (Object[]) found;
      outcomes.put((String) row[0], ((Number) row[1]).longValue());
    }
    Object[] row = (Object[]) manager.createNativeQuery(SUMMARY).getSingleResult();
    return new Statistics(
        ((Number) row[0]).longValue(),
        outcomes,
        (Double) row[1],
        whole(row[2]),
        whole(row[3]),
        whole(row[4]),
        (Double) row[5],
        ((Number) row[6]).intValue());
  }

  @Override
  public long samples() {
    return ((Number)
            manager.createNativeQuery("SELECT count(*) FROM resource_sample").getSingleResult())
        .longValue();
  }

  private static @Nullable Long whole(@Nullable Object number) {
    return number == null ? null : ((Number) number).longValue();
  }
}
