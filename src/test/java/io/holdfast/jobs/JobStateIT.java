package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.TestDatabase;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The enum and PostgreSQL's catalogue say the same. */
class JobStateIT {

  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static String check(String constraint) {
    return database.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '" + constraint + "'");
  }

  private static Set<String> quoted(String text, String form) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile("'(" + form + ")'").matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static Set<String> states(Predicate<JobState> which) {
    return Arrays.stream(JobState.values())
        .filter(which)
        .map(JobState::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theDatabaseAllowsExactlyTheTransitionsOfTheEnum() {
    assertThat(quoted(check("job_event_transition"), "[A-Z_]+>[A-Z_]+"))
        .isEqualTo(JobStateTest.allowed());
  }

  @Test
  void theDatabaseKnowsExactlyTheStatesOfTheEnum() {
    assertThat(quoted(check("job_state"), "[A-Z_]+")).isEqualTo(states(state -> true));
  }

  @Test
  void exactlyTheEndsHaveATimeOfEnd() {
    assertThat(quoted(check("job_ended_when"), "[A-Z_]+")).isEqualTo(states(JobState::isTerminal));
  }

  @Test
  void exactlyTheHeldStatesNeedANode() {
    assertThat(quoted(check("job_held_by_a_node"), "[A-Z_]+"))
        .isEqualTo(states(JobState.HELD::contains));
  }

  @Test
  void theOtherEnumsAreTheSameToo() {
    assertThat(quoted(check("job_ending"), "[A-Z_]+"))
        .isEqualTo(Arrays.stream(Ending.values()).map(Ending::name).collect(Collectors.toSet()));
    assertThat(quoted(check("job_on_interrupt"), "[A-Z_]+"))
        .isEqualTo(
            Arrays.stream(OnInterrupt.values()).map(OnInterrupt::name).collect(Collectors.toSet()));
  }
}
