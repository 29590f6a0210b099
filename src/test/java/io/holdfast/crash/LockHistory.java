package io.holdfast.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that ever happened to locks, written down by triggers in the transactions that did it, and
 * what must hold of it. Whoever grants or releases has the turn, so the order of the entries is the
 * order of the commits.
 */
final class LockHistory {

  private static final List<String> SCHEMA =
      List.of(
          "CREATE SCHEMA audit",
          """
          CREATE TABLE audit.entry (id bigserial PRIMARY KEY, what text, job uuid, attempt integer, repository text,
            fence bigint, change text)
          """,
          """
          CREATE FUNCTION audit.lock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'DELETE' THEN
              INSERT INTO audit.entry (what, job, attempt, repository, fence)
              VALUES ('FREED', OLD.job_id, OLD.attempt, OLD.repository, OLD.fence);
              RETURN OLD;
            END IF;
            INSERT INTO audit.entry (what, job, attempt, repository, fence)
            VALUES (CASE TG_OP WHEN 'INSERT' THEN 'LOCKED' ELSE 'KEPT' END, NEW.job_id, NEW.attempt, NEW.repository,
              NEW.fence);
            RETURN NEW;
          END $$
          """,
          """
          CREATE FUNCTION audit.ticket() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP = 'DELETE' THEN
              INSERT INTO audit.entry (what, job, attempt, repository, fence)
              VALUES ('LEFT', OLD.job_id, OLD.attempt, OLD.repository, OLD.fence);
              RETURN OLD;
            ELSIF NEW.state <> 'HOLDS' THEN
              INSERT INTO audit.entry (what, job, attempt, repository, fence)
              VALUES ('PAUSED', OLD.job_id, OLD.attempt, OLD.repository, OLD.fence);
              RETURN NEW;
            END IF;
            INSERT INTO audit.entry (what, job, attempt, repository, fence)
            VALUES ('HOLDS', NEW.job_id, NEW.attempt, NEW.repository, NEW.fence);
            RETURN NEW;
          END $$
          """,
          """
          CREATE FUNCTION audit.event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO audit.entry (what, job, attempt, change)
            VALUES ('EVENT', NEW.job_id, NEW.attempt, coalesce(NEW.from_state, '') || '>' || NEW.to_state);
            RETURN NEW;
          END $$
          """,
          "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON repository_lock"
              + " FOR EACH ROW EXECUTE FUNCTION audit.lock()",
          "CREATE TRIGGER audit AFTER INSERT OR UPDATE ON repository_ticket"
              + " FOR EACH ROW WHEN (NEW.state = 'HOLDS') EXECUTE FUNCTION audit.ticket()",
          "CREATE TRIGGER audit_pause AFTER UPDATE ON repository_ticket FOR EACH ROW"
              + " WHEN (OLD.state = 'HOLDS' AND NEW.state <> 'HOLDS') EXECUTE FUNCTION audit.ticket()",
          "CREATE TRIGGER audit_end AFTER DELETE ON repository_ticket"
              + " FOR EACH ROW WHEN (OLD.state = 'HOLDS') EXECUTE FUNCTION audit.ticket()",
          "CREATE TRIGGER audit AFTER INSERT ON job_event"
              + " FOR EACH ROW EXECUTE FUNCTION audit.event()");

  private static final String ENTRIES =
      """
      SELECT concat_ws(' ', e.what, coalesce(j.title, e.job::text), e.attempt, e.repository, e.fence, e.change)
      FROM audit.entry e LEFT JOIN job j ON j.id = e.job ORDER BY e.id
      """;

  private final TestDatabase database;
  private final boolean shared;
  private long lastFence;

  /**
   * Begins to write.
   *
   * @param shared by several nodes: another one may have a lock of a server that died before that
   *     one's next life has said of the job what became of it
   */
  LockHistory(TestDatabase database, boolean shared) {
    this.database = database;
    this.shared = shared;
    SCHEMA.forEach(database::execute);
  }

  /** A job as it was submitted. */
  record Wanted(String title, List<String> repositories, boolean exclusive) {

    /**
     * @param job as {@link CrashingServer} reads it
     */
    static Wanted of(String title, String job) {
      String[] parts = job.split(":", 2);
      return new Wanted(
          title,
          parts.length == 1 ? List.of() : List.of(parts[1].split("\\+", -1)),
          parts[0].equals("exclusive"));
    }

    /** It shares with nobody. */
    boolean whole() {
      return exclusive || repositories.size() > 1;
    }

    private String submit() {
      return title.substring(0, title.lastIndexOf('.'));
    }

    /** Of submits at the same moment the one with the later places may be seen first. */
    boolean meets(Wanted other) {
      return submit().equals(other.submit())
          && (whole() || other.whole())
          && repositories.stream().anyMatch(other.repositories()::contains);
    }
  }

  private record Lock(String job, String attempt, long fence) {}

  /**
   * What must hold once all of these jobs have ended.
   *
   * @param jobs all that had to do with locks since the last time, in the order of their places
   */
  void prove(List<Wanted> jobs) {
    List<String> entries = database.values(ENTRIES);
    try {
      new Replay(jobs).of(entries);
      firstComeFirstServed(jobs, entries);
      nothingIsLeft();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + String.join("\n", entries), e);
    }
    database.execute("DELETE FROM audit.entry");
  }

  /**
   * One holder at a time, under a fence that only grows; only who has the locks prepares, and an
   * exclusive job is over before anybody else has one of its locks.
   */
  private final class Replay {
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final Map<String, Lock> locks = new HashMap<>();
    private final Map<String, Long> held = new HashMap<>();

    /** Jobs that are prepared, or run and are exclusive, by repository. */
    private final Map<String, Set<String>> users = new HashMap<>();

    Replay(List<Wanted> jobs) {
      jobs.forEach(job -> wanted.put(job.title(), job));
    }

    void of(List<String> entries) {
      for (String entry : entries) {
        String[] words = entry.split(" ", -1);
        if (words[0].equals("EVENT")) {
          Wanted job = wanted.get(words[1]);
          if (job != null) {
            changed(job, words[2], words[3]);
          }
        } else {
          entry(entry, words[0], words[1], words[2], words[3], Long.parseLong(words[4]));
        }
      }
      assertThat(locks).as("locks at the end").isEmpty();
    }

    private void entry(
        String entry, String what, String job, String attempt, String repository, long fence) {
      switch (what) {
        case "LOCKED" -> {
          assertThat(locks).as(entry).doesNotContainKey(repository);
          assertThat(fence).as(entry).isGreaterThan(lastFence);
          assertThat(users.getOrDefault(repository, Set.of()))
              .as("others at work: %s", entry)
              .isSubsetOf(job);
          lastFence = fence;
          locks.put(repository, new Lock(job, attempt, fence));
        }
        case "KEPT" -> {
          assertThat(fenceOf(repository)).as(entry).isEqualTo(fence);
          locks.put(repository, new Lock(job, attempt, fence));
        }
        case "FREED" -> {
          assertThat(fenceOf(repository)).as(entry).isEqualTo(fence);
          locks.remove(repository);
        }
        case "HOLDS" -> {
          held.put(job + " " + attempt + " " + repository, fence);
          users.computeIfAbsent(repository, any -> new HashSet<>()).add(job);
        }
        case "LEFT" -> left(job);
        default -> {
          if (shared) {
            left(job);
          }
        }
      }
    }

    private long fenceOf(String repository) {
      Lock lock = locks.get(repository);
      return lock == null ? -1 : lock.fence();
    }

    private void changed(Wanted job, String attempt, String change) {
      if (change.equals("PREPARING>LAUNCHING")) {
        job.repositories().forEach(repository -> demandLock(job, attempt, repository));
      }
      if (change.matches(".*>(QUEUED|COMPLETED|FAILED|CANCELLED)")) {
        left(job.title());
      }
    }

    private void left(String job) {
      users.values().forEach(jobs -> jobs.remove(job));
    }

    private void demandLock(Wanted job, String attempt, String repository) {
      String its = job.title() + " " + attempt;
      assertThat(held.get(its + " " + repository))
          .as("fence of %s on %s", its, repository)
          .isEqualTo(fenceOf(repository));
      Lock lock = locks.get(repository);
      if (job.whole() && lock != null) {
        assertThat(lock.job() + " " + lock.attempt()).as("holder").isEqualTo(its);
      }
    }
  }

  /**
   * Of two jobs that cannot share what both want, the later one is not prepared before the earlier
   * one has been. One whose launch was revoked has left the line and comes back later.
   */
  private static void firstComeFirstServed(List<Wanted> jobs, List<String> entries) {
    for (int i = 0; i < jobs.size(); i++) {
      for (Wanted later : jobs.subList(i + 1, jobs.size())) {
        Wanted earlier = jobs.get(i);
        int its = last(preparations(earlier.title(), entries));
        List<Integer> others = preparations(later.title(), entries);
        if (earlier.meets(later) && its >= 0 && !others.isEmpty()) {
          assertThat(its)
              .as("%s is prepared before %s", earlier.title(), later.title())
              .isLessThan(others.get(0));
        }
      }
    }
  }

  private static int last(List<Integer> numbers) {
    return numbers.isEmpty() ? -1 : numbers.get(numbers.size() - 1);
  }

  /** The claims of a job up to the first that led to a launch. */
  private static List<Integer> preparations(String title, List<String> entries) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String entry = entries.get(i);
      if (entry.startsWith("EVENT " + title + " ")) {
        if (entry.endsWith(" QUEUED>PREPARING")) {
          found.add(i);
        } else if (entry.endsWith(">LAUNCHING")) {
          return found;
        }
      }
    }
    return found;
  }

  private void nothingIsLeft() {
    assertThat(database.values("SELECT repository FROM repository_lock")).as("locks").isEmpty();
    assertThat(database.values("SELECT job_id FROM repository_ticket")).as("tickets").isEmpty();
    assertThat(database.values("SELECT id FROM batch WHERE ended_at IS NULL"))
        .as("open batches")
        .isEmpty();
    assertThat(database.values("SELECT job_id FROM job_ready")).as("the queue").isEmpty();
  }
}
