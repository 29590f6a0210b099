package io.holdfast.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.jobs.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

  private static final String HALF_A_PAIR = "\ud83d";
  private static final int KIB = 1024;

  private final Admission admission =
      new Admission(
          Set.of("shell"),
          name ->
              name.startsWith("unknown")
                  ? Optional.of(new Violation(Kind.UNKNOWN_REPOSITORY, "repositories", name))
                  : Optional.empty(),
          branch -> branch.startsWith("-") ? Optional.of("begins with -") : Optional.empty());

  private static final class Ask {
    private @Nullable String title;
    private String engine = "shell";
    private List<String> command = List.of("true");
    private @Nullable String prompt;
    private Map<String, String> environment = Map.of();
    private List<String> repositories = List.of();
    private @Nullable String branch;
    private Duration timeout = Duration.ofHours(1);

    JobSpec spec() {
      return new JobSpec(
          title,
          engine,
          command,
          prompt,
          environment,
          repositories,
          branch,
          false,
          true,
          timeout,
          OnInterrupt.FAIL);
    }
  }

  private void admits(Ask ask) {
    assertThat(admission.check(ask.spec())).isEmpty();
  }

  private void refuses(Ask ask, String field, String detail) {
    refuses(ask, Kind.INVALID_VALUE, field, detail);
  }

  private void refuses(Ask ask, Kind kind, String field, String detail) {
    assertThat(admission.check(ask.spec()))
        .anySatisfy(
            violation -> {
              assertThat(violation.kind()).isEqualTo(kind);
              assertThat(violation.field()).isEqualTo(field);
              assertThat(violation.detail()).contains(detail);
            });
  }

  @Test
  void anOrdinaryJobComesIn() {
    Ask ask = new Ask();
    ask.title = "Build";
    ask.command = List.of("sh", "-c", "make test");
    ask.prompt = "quotes \" ' ` $(rm -rf /) \n and more \u00e4\u20ac\ud83d\ude00";
    ask.environment = Map.of("PATH", "/bin", "_x1", "");
    ask.repositories = List.of("alpha", "beta");
    ask.branch = "main";

    admits(ask);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    Ask ask = new Ask();
    ask.engine = "none";
    ask.command = List.of();
    ask.timeout = Duration.ZERO;

    assertThat(admission.check(ask.spec()))
        .extracting(Violation::field)
        .containsExactly("engine", "command", "timeout_seconds");
  }

  @Test
  void anUnknownEngineIsRefused() {
    Ask ask = new Ask();
    ask.engine = "Shell";

    refuses(ask, Kind.UNKNOWN_ENGINE, "engine", "shell");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void aCommandNamesAProgram(String program) {
    Ask ask = new Ask();
    ask.command = List.of(program, "x");
    refuses(ask, "command", "program");
  }

  @Test
  void argumentsMayBeEmpty() {
    Ask ask = new Ask();
    ask.command = List.of("printf", "");
    admits(ask);
  }

  @Test
  void noTextHoldsNulOrHalfOfASurrogatePair() {
    for (String bad : List.of("a\0b", "a" + HALF_A_PAIR, HALF_A_PAIR + "b")) {
      String why = bad.indexOf('\0') >= 0 ? "NUL" : "surrogate";
      Ask title = new Ask();
      title.title = bad;
      refuses(title, "title", why);
      Ask prompt = new Ask();
      prompt.prompt = bad;
      refuses(prompt, "prompt", why);
      Ask command = new Ask();
      command.command = List.of("true", "fine", bad);
      refuses(command, "command[2]", why);
      Ask environment = new Ask();
      environment.environment = Map.of("A", bad);
      refuses(environment, "environment.A", why);
    }
  }

  @Test
  void anArgumentIsAtMostWhatTheKernelTakes() {
    Ask ask = new Ask();
    ask.command = List.of("true", "x".repeat(128 * KIB - 1));
    admits(ask);

    ask.command = List.of("true", "x".repeat(128 * KIB));
    refuses(ask, "command[1]", "131071 bytes");

    ask.command = List.of("true", "\u20ac".repeat(128 * KIB / 3 + 1));
    refuses(ask, "command[1]", "131071 bytes");
  }

  @Test
  void aCommandAsAWholeIsBoundedInBytes() {
    Ask ask = new Ask();
    ask.command = Collections.nCopies(8, "x".repeat(127 * KIB));
    admits(ask);

    ask.command = Collections.nCopies(9, "x".repeat(127 * KIB));
    refuses(ask, "command", "1048576 bytes");

    ask.command = Collections.nCopies(9, "\u20ac".repeat(127 * KIB / 3));
    refuses(ask, "command", "1048576 bytes");

    ask.command = Collections.nCopies(200_000, "x");
    refuses(ask, "command", "1048576 bytes");
  }

  @Test
  void aPromptIsAtMostFourMebibytes() {
    Ask ask = new Ask();
    ask.prompt = "x".repeat(4 * KIB * KIB);
    admits(ask);

    ask.prompt = "x".repeat(4 * KIB * KIB + 1);
    refuses(ask, "prompt", "4194304 bytes");
  }

  @Test
  void aTitleIsShort() {
    Ask ask = new Ask();
    ask.title = "x".repeat(800);
    admits(ask);

    ask.title = "x".repeat(801);
    refuses(ask, "title", "800 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1A", "A-B", "A=B", "A B", "\u00c4", "A\n", "A\0"})
  void aVariableHasAVariablesName(String name) {
    Ask ask = new Ask();
    ask.environment = Map.of(name, "x");

    refuses(ask, "environment." + name.replaceAll("[^\\x20-\\x7e]", "?"), "variable's name");
  }

  @Test
  void aVariablesNameHasAtMost128Letters() {
    Ask ask = new Ask();
    ask.environment = Map.of("A".repeat(128), "x");
    admits(ask);

    ask.environment = Map.of("A".repeat(129), "x");
    refuses(ask, "environment." + "A".repeat(60) + "...", "variable's name");
  }

  @Test
  void namesOfTheServerAreRefused() {
    Ask ask = new Ask();
    ask.environment = Map.of("HOLDFAST_PROMPT_FILE", "/etc/passwd");
    refuses(ask, "environment.HOLDFAST_PROMPT_FILE", "set by the server");

    ask.environment = Map.of("HOLDFAST", "fine", "holdfast_x", "fine");
    admits(ask);
  }

  @Test
  void aVariableWithItsNameIsAtMostWhatTheKernelTakes() {
    Ask ask = new Ask();
    ask.environment = Map.of("ABC", "x".repeat(128 * KIB - 1 - "ABC=".length()));
    admits(ask);

    ask.environment = Map.of("ABC", "x".repeat(128 * KIB - "ABC=".length()));
    refuses(ask, "environment.ABC", "bytes");
  }

  @Test
  void anEnvironmentAsAWholeIsBounded() {
    Map<String, String> four = new HashMap<>();
    IntStream.range(0, 4).forEach(i -> four.put("V" + i, "x".repeat(127 * KIB)));
    Ask ask = new Ask();
    ask.environment = four;
    admits(ask);

    four.put("V4", "x".repeat(127 * KIB));
    refuses(ask, "environment", "524288 bytes");
  }

  @Test
  void aJobNamesAtMostTwentyRepositories() {
    List<String> names = new ArrayList<>(IntStream.range(0, 20).mapToObj(i -> "r" + i).toList());
    Ask ask = new Ask();
    ask.repositories = names;
    admits(ask);

    names.add("r20");
    refuses(ask, "repositories", "at most 20");
  }

  @Test
  void aRepositoryIsNamedOnce() {
    Ask ask = new Ask();
    ask.repositories = List.of("alpha", "beta", "alpha");
    refuses(ask, "repositories", "twice");
  }

  @Test
  void whatIsWrongWithARepositoryIsPassedOn() {
    Ask ask = new Ask();
    ask.repositories = List.of("alpha", "unknown-1", "unknown-2");

    assertThat(admission.check(ask.spec()))
        .containsExactly(
            new Violation(Kind.UNKNOWN_REPOSITORY, "repositories", "unknown-1"),
            new Violation(Kind.UNKNOWN_REPOSITORY, "repositories", "unknown-2"));
  }

  @Test
  void aBranchNeedsARepositoryAndAName() {
    Ask ask = new Ask();
    ask.branch = "--upload-pack=evil";
    refuses(ask, "branch", "needs a repository");
    refuses(ask, "branch", "begins with -");

    ask.repositories = List.of("alpha");
    ask.branch = "main";
    admits(ask);
  }

  @Test
  void aTimeoutIsFromASecondToThirtyDays() {
    Ask ask = new Ask();
    for (Duration good : List.of(Duration.ofSeconds(1), Duration.ofDays(30))) {
      ask.timeout = good;
      admits(ask);
    }
    for (Duration bad :
        List.of(
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofDays(30).plusSeconds(1),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      ask.timeout = bad;
      refuses(ask, "timeout_seconds", "from 1 to 2592000");
    }
  }
}
