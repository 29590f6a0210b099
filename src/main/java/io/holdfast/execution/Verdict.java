package io.holdfast.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides what became of an attempt, from facts alone (design, "Launch: at most once"). The
 * promise: {@link Observation.NeverStarted} only if the command provably did not start and cannot;
 * {@link Observation.Lost} only if it provably runs no more.
 */
public final class Verdict {
  private final AttemptFacts facts;
  private final List<String> reasons = new ArrayList<>();
  private final HeartbeatAge age;

  private Verdict(AttemptFacts facts, Instant now) {
    this.facts = facts;
    this.age = HeartbeatAge.of(facts.heartbeat(), now);
  }

  /** The verdict at {@code now}, which serves only to show the heartbeat's age. */
  public static Observation decide(AttemptFacts facts, Instant now) {
    return new Verdict(facts, now).decide();
  }

  private Observation decide() {
    ExitRecord exit = facts.exit();
    if (exit != null) {
      because("exit record says " + exit.code());
      Instant started = facts.startedAt() == null ? exit.endedAt() : facts.startedAt();
      return new Observation.Exited(
          evidence(), exit.code(), started, exit.endedAt(), exit.cpuSeconds());
    }
    boolean rebooted = !facts.handle().bootId().equals(facts.currentBootId());
    if (rebooted) {
      because("launched in boot " + facts.handle().bootId() + ", now " + facts.currentBootId());
    }
    Claim claim = facts.claim();
    if (claim instanceof Claim.None) {
      because("no runner has claimed it");
      return rebooted
          ? new Observation.NeverStarted(evidence())
          : new Observation.Pending(evidence());
    }
    if (claim instanceof Claim.Revoked) {
      because("the right to start was revoked");
      return new Observation.NeverStarted(evidence());
    }
    return rebooted ? gone() : claimed(claim);
  }

  private Observation claimed(Claim claim) {
    KernelProcess runner = facts.runner();
    if (claim instanceof Claim.By by) {
      because("runner " + by.runner() + (runner == null ? " is gone" : " is alive"));
      if (!by.token().equals(facts.handle().token())) {
        because("the claim carries another launch's token");
      }
    } else if (claim instanceof Claim.Unreadable unreadable) {
      because("the claim is unreadable: " + unreadable.reason());
    }
    if (runner != null || facts.lock() == LockState.HELD) {
      if (facts.lock() == LockState.HELD) {
        because("the runner's lock is held");
      }
      return alive(true);
    }
    if (!facts.members().isEmpty()) {
      return alive(false);
    }
    if (facts.lock() != LockState.FREE) {
      because("the runner's lock could not be asked");
      return new Observation.Unknown(evidence());
    }
    because("the runner's lock is free");
    return gone();
  }

  private Observation alive(boolean exitCodeWillBeKnown) {
    Instant started = facts.startedAt();
    if (!facts.members().isEmpty()) {
      because(
          facts.members().stream()
              .map(member -> Long.toString(member.pid()))
              .collect(Collectors.joining(", ", "its processes run: ", "")));
    }
    if (started == null) {
      because("not started yet");
      return new Observation.Pending(evidence());
    }
    return new Observation.Running(
        evidence(), started, exitCodeWillBeKnown, facts.peakMemoryBytes());
  }

  private Observation gone() {
    if (facts.startedAt() == null) {
      because("its command had not been started");
      return new Observation.NeverStarted(evidence());
    }
    because("none of its processes is left, and there is no exit record");
    return new Observation.Lost(evidence());
  }

  private void because(String fact) {
    reasons.add(fact);
  }

  private Evidence evidence() {
    if (age == HeartbeatAge.SKEWED) {
      because("its heartbeat lies in the future: " + facts.heartbeat());
    } else if (facts.heartbeat() != null) {
      because("last heartbeat " + facts.heartbeat());
    }
    return new Evidence(reasons, age, facts.corrupt());
  }
}
