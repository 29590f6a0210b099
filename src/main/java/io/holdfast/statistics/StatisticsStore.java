package io.holdfast.statistics;

/** The samples. Every method runs in its caller's transaction. */
public interface StatisticsStore {

  Statistics summarise();

  long samples();
}
