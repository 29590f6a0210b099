package io.holdfast.testing;

/** Rows of jobs by the thousand, as if they had been submitted. */
public final class ManyJobs {

  private ManyJobs() {}

  /**
   * Jobs with the numbers from {@code first} to {@code last} in the queue, older ones first;
   * RUNNING ones are held by node-1.
   *
   * @param repository SQL between quotes, in which {@code i} is the job's number
   */
  public static void insert(
      TestDatabase database,
      String state,
      long first,
      long last,
      String repository,
      boolean exclusive) {
    boolean held = state.equals("RUNNING");
    database.execute(
        ("INSERT INTO job (id, state, version, attempt, seq, owner, engine, command, environment,"
                + " repositories, exclusive, timeout_seconds, on_interrupt, created_at, queued_at,"
                + " node_id, node_epoch, ended_at)"
                + " SELECT gen_random_uuid(), '%s', 0, 1, i, 'me', 'shell', '{true}', '{}',"
                + " ARRAY['%s'], %s, 60, 'FAIL', now() + i * interval '1 ms', now(), %s, %s, %s"
                + " FROM generate_series(%d, %d) i")
            .formatted(
                state,
                repository,
                exclusive,
                held ? "'node-1'" : "NULL",
                held ? "1" : "NULL",
                state.equals("COMPLETED") ? "now()" : "NULL",
                first,
                last));
  }
}
