package io.holdfast.jobs;

import io.holdfast.callbacks.AddressPolicy;
import io.holdfast.callbacks.Objection;
import io.holdfast.callbacks.TargetRules;
import io.holdfast.jobs.Violation.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Decides whether a job may come in. What is let in can be stored, launched and shown as it is: no
 * NUL, no text that is not Unicode, nothing that the kernel refuses as an argument (128 KiB each).
 */
public final class Admission {

  /** Linux's MAX_ARG_STRLEN less the final NUL. */
  static final int MAX_WORD_BYTES = 128 * 1024 - 1;

  static final int MAX_COMMAND_BYTES = 1024 * 1024;
  static final int MAX_ENVIRONMENT_BYTES = 512 * 1024;
  static final int MAX_PROMPT_BYTES = 4 * 1024 * 1024;
  static final int MAX_TITLE_BYTES = 800;
  static final int MAX_REPOSITORIES = 20;
  static final Duration MAX_TIMEOUT = Duration.ofDays(30);

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private final Set<String> engines;
  private final Function<String, Optional<Violation>> repositories;
  private final Function<String, Optional<String>> branches;
  private final TargetRules targets;

  /** Callbacks may go to public addresses only. */
  public Admission(
      Set<String> engines,
      Function<String, Optional<Violation>> repositories,
      Function<String, Optional<String>> branches) {
    this(engines, repositories, branches, new TargetRules(AddressPolicy.allowing("")));
  }

  /**
   * @param repositories tells what is wrong with naming a repository, if anything
   * @param branches tells what is wrong with a branch's name, if anything
   * @param targets says where callbacks may go
   */
  public Admission(
      Set<String> engines,
      Function<String, Optional<Violation>> repositories,
      Function<String, Optional<String>> branches,
      TargetRules targets) {
    this.engines = Set.copyOf(engines);
    this.repositories = repositories;
    this.branches = branches;
    this.targets = targets;
  }

  /** All that is wrong; empty if the job may come in. */
  List<Violation> check(JobSpec spec) {
    List<Violation> found = new ArrayList<>();
    if (!engines.contains(spec.engine())) {
      found.add(
          new Violation(
              Kind.UNKNOWN_ENGINE,
              "engine",
              "no engine is called '" + spec.engine() + "'; known: " + engines));
    }
    checkCommand(spec, found);
    checkText("title", spec.title() == null ? "" : spec.title(), MAX_TITLE_BYTES, found);
    checkText("prompt", spec.prompt() == null ? "" : spec.prompt(), MAX_PROMPT_BYTES, found);
    checkEnvironment(spec, found);
    checkRepositories(spec, found);
    checkCallbacks(spec, found);
    if (spec.timeout().compareTo(Duration.ofSeconds(1)) < 0
        || spec.timeout().compareTo(MAX_TIMEOUT) > 0) {
      found.add(invalid("timeout_seconds", "must be from 1 to " + MAX_TIMEOUT.toSeconds()));
    }
    return found;
  }

  private static void checkCommand(JobSpec spec, List<Violation> found) {
    if (spec.command().isEmpty() || spec.command().get(0).isBlank()) {
      found.add(invalid("command", "must name a program"));
    }
    long total = 0;
    for (int i = 0; i < spec.command().size(); i++) {
      String word = spec.command().get(i);
      checkText("command[" + i + "]", word, MAX_WORD_BYTES, found);
      total += cost(word);
    }
    if (total > MAX_COMMAND_BYTES) {
      found.add(
          invalid(
              "command",
              "is longer than " + MAX_COMMAND_BYTES + " bytes; pass large text as prompt"));
    }
  }

  private static void checkEnvironment(JobSpec spec, List<Violation> found) {
    long total = 0;
    for (var entry : spec.environment().entrySet()) {
      String field = "environment." + printable(entry.getKey());
      if (!VARIABLE.matcher(entry.getKey()).matches()) {
        found.add(
            invalid(field, "is not a variable's name: letters, digits and _, not a digit first"));
      } else if (entry.getKey().startsWith("HOLDFAST_")) {
        found.add(invalid(field, "names beginning with HOLDFAST_ are set by the server"));
      }
      checkText(field, entry.getValue(), MAX_WORD_BYTES - entry.getKey().length() - 1, found);
      total += entry.getKey().length() + 1L + cost(entry.getValue());
    }
    if (total > MAX_ENVIRONMENT_BYTES) {
      found.add(invalid("environment", "is longer than " + MAX_ENVIRONMENT_BYTES + " bytes"));
    }
  }

  private void checkRepositories(JobSpec spec, List<Violation> found) {
    if (spec.repositories().size() > MAX_REPOSITORIES) {
      found.add(invalid("repositories", "at most " + MAX_REPOSITORIES));
      return;
    }
    if (new HashSet<>(spec.repositories()).size() < spec.repositories().size()) {
      found.add(invalid("repositories", "names a repository twice"));
    }
    for (String repository : spec.repositories()) {
      repositories.apply(repository).ifPresent(found::add);
    }
    if (spec.branch() != null) {
      if (spec.repositories().isEmpty()) {
        found.add(invalid("branch", "needs a repository"));
      }
      branches.apply(spec.branch()).ifPresent(reason -> found.add(invalid("branch", reason)));
    }
  }

  private void checkCallbacks(JobSpec spec, List<Violation> found) {
    if (spec.callbacks().size() > TargetRules.MAX_TARGETS) {
      found.add(invalid("callbacks", "at most " + TargetRules.MAX_TARGETS));
      return;
    }
    for (int i = 0; i < spec.callbacks().size(); i++) {
      for (Objection objection : targets.objections(spec.callbacks().get(i))) {
        String field = "callbacks[" + i + "]." + printable(objection.field());
        found.add(invalid(field, objection.detail()));
      }
    }
  }

  /** What the kernel counts: the bytes, a final NUL and a pointer. */
  private static long cost(String word) {
    return word.getBytes(StandardCharsets.UTF_8).length + 9L;
  }

  private static void checkText(String field, String text, int maxBytes, List<Violation> found) {
    if (text.indexOf('\0') >= 0) {
      found.add(invalid(field, "contains a NUL character"));
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      found.add(invalid(field, "is not Unicode text: it has half of a surrogate pair"));
    } else if (text.length() > maxBytes
        || text.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      found.add(invalid(field, "is longer than " + maxBytes + " bytes"));
    }
  }

  private static String printable(String key) {
    String shown = key.replaceAll("[^\\x20-\\x7e]", "?");
    return shown.length() > 60 ? shown.substring(0, 60) + "..." : shown;
  }

  private static Violation invalid(String field, String detail) {
    return new Violation(Kind.INVALID_VALUE, field, detail);
  }
}
