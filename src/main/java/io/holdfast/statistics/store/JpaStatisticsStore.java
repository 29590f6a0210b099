package io.holdfast.statistics.store;

import io.holdfast.statistics.Statistics;
import io.holdfast.statistics.StatisticsStore;
import jakarta.persistence.EntityManager;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link StatisticsStore} on PostgreSQL. */
public final class JpaStatisticsStore implements StatisticsStore {

  /** All samples, in one pass without sorting. */
  private static final String OUTCOMES =
      """
      SELECT outcome, count(*), sum(queue_ms), max(concurrency) FROM resource_sample GROUP BY outcome
      """;

  /** The latest by the index on their time: a percentile sorts what it looks at. */
  private static final String PERCENTILES =
      """
      SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY cpu_seconds),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY peak_memory_bytes),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY duration_ms),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY queue_ms)
      FROM (SELECT * FROM resource_sample ORDER BY ended_at DESC LIMIT :latest) AS latest
      """;

  private final EntityManager manager;

  public JpaStatisticsStore(EntityManager manager) {
    this.manager = manager;
  }

  @Override
  public Statistics summarise() {
    Map<String, Long> outcomes = new TreeMap<>();
    long processed = 0;
    double queueMillis = 0;
    int concurrency = 0;
    for (Object found : manager.createNativeQuery(OUTCOMES).getResultList()) {
      Object[] row = (Object[]) found;
      long count = ((Number) row[1]).longValue();
      outcomes.put((String) row[0], count);
      processed += count;
      queueMillis += ((Number) row[2]).doubleValue();
      concurrency = Math.max(concurrency, ((Number) row[3]).intValue());
    }
    Object[] p90 =
        (Object[])
            manager
                .createNativeQuery(PERCENTILES)
                .setParameter("latest", Statistics.LATEST)
                .getSingleResult();
    return new Statistics(
        processed,
        outcomes,
        (Double) p90[0],
        whole(p90[1]),
        whole(p90[2]),
        whole(p90[3]),
        processed == 0 ? null : queueMillis / processed,
        concurrency);
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
