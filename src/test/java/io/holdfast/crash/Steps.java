package io.holdfast.crash;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the steps and what is left to try: every step that any server took becomes one
 * that another one dies at. A step of a start is tried after the crash that led to it.
 */
final class Steps {

  /** Loops repeat their steps for ever; so often each is tried. */
  static final int REPEATS_OF_RUN = 2;

  /** The directory of jobs is made once. */
  static final String ONLY_IN_NEW_HOME = "run: before syncing home";

  static final int REPEATS_OF_START = 12;
  private static final int TRIES = 3;
  private static final Pattern REPEAT = Pattern.compile(".* \\((\\d+)\\)");
  private static final Pattern LATER_JOB = Pattern.compile(".*\\bjob([2-9]|\\d\\d)\\b.*");

  private final Predicate<String> wanted;
  private final int repeatsOfRun;
  private final int repeatsOfStart;

  private final Deque<String> runs = new ArrayDeque<>();

  /** Steps of starts that are left, each with the step of the run before. */
  private final Map<String, String> starts = new LinkedHashMap<>();

  private final Set<String> known = new LinkedHashSet<>();
  private final Map<String, Integer> missed = new HashMap<>();
  private final Set<String> diedAt = new LinkedHashSet<>();

  /** All of them, loops a few times. */
  Steps() {
    this(step -> true, REPEATS_OF_RUN, REPEATS_OF_START);
  }

  /**
   * @param wanted the steps to die at
   * @param repeatsOfRun how often each, if it is taken so often
   */
  Steps(Predicate<String> wanted, int repeatsOfRun, int repeatsOfStart) {
    this.wanted = wanted;
    this.repeatsOfRun = repeatsOfRun;
    this.repeatsOfStart = repeatsOfStart;
  }

  synchronized void sawRun(Collection<String> steps) {
    for (String step : steps) {
      if (isWorthIt(step, repeatsOfRun) && known.add(step)) {
        runs.add(step);
      }
    }
  }

  /**
   * @param after the step of a run that the server before died at
   */
  synchronized void sawStart(String after, Collection<String> steps) {
    for (String step : steps) {
      if (isWorthIt(step, repeatsOfStart) && known.add(step)) {
        starts.put(step, after);
      }
    }
  }

  private boolean isWorthIt(String step, int repeats) {
    Matcher repeat = REPEAT.matcher(step);
    return wanted.test(step)
        && !LATER_JOB.matcher(step).matches()
        && !step.equals(ONLY_IN_NEW_HOME)
        && !(repeat.matches() && Integer.parseInt(repeat.group(1)) > repeats);
  }

  /** The next step of a run to die at; null if all were tried. */
  synchronized @Nullable String nextRun() {
    if (!runs.isEmpty()) {
      return runs.remove();
    }
    return starts.isEmpty() ? null : starts.values().iterator().next();
  }

  /**
   * A step to die at in the start after {@code run}, those first that were seen there; null if none
   * is left that can be expected.
   */
  synchronized @Nullable String nextStart(String run) {
    Optional<String> step =
        first(left -> left.getValue().equals(run))
            .or(() -> first(left -> !missed.containsKey(left.getKey())));
    step.ifPresent(starts::remove);
    return step.orElse(null);
  }

  private Optional<String> first(Predicate<Map.Entry<String, String>> wanted) {
    return starts.entrySet().stream().filter(wanted).map(Map.Entry::getKey).findFirst();
  }

  synchronized void died(String step) {
    diedAt.add(step);
  }

  /** Threads race: a step that one server took, the next one may not get to. */
  synchronized void missed(String run) {
    if (missed.merge(run, 1, Integer::sum) < TRIES) {
      if (!diedAt.contains(run)) {
        runs.add(run);
      }
    } else {
      starts.values().removeIf(run::equals);
    }
  }

  /**
   * @param first false if another server died in its start before, and may have done what led there
   */
  synchronized void missed(String start, String after, boolean first) {
    if (!first || missed.merge(start, 1, Integer::sum) < TRIES) {
      starts.put(start, after);
    }
  }

  synchronized boolean isOpen() {
    return !runs.isEmpty() || !starts.isEmpty();
  }

  synchronized List<String> all() {
    return List.copyOf(diedAt);
  }

  synchronized Set<String> neverReachedAgain() {
    Set<String> rest = new TreeSet<>(known);
    rest.removeAll(diedAt);
    return rest;
  }
}
