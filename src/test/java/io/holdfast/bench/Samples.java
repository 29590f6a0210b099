package io.holdfast.bench;

import java.util.Collection;
import java.util.List;

/** Figures of one kind, in order. */
record Samples(List<Double> sorted) {

  static Samples of(Collection<Double> values) {
    return new Samples(values.stream().sorted().toList());
  }

  int count() {
    return sorted.size();
  }

  double median() {
    return at(0.5);
  }

  /** The smallest value that so much of all is not above. */
  double at(double share) {
    int rank = (int) Math.ceil(share * count()) - 1;
    return sorted.get(Math.max(0, Math.min(count() - 1, rank)));
  }
}
