package dev.palinode.demo.story;

import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many behaviours an attack on one model succeeded with.
 *
 * @param bySeed successes and decided behaviours of each training seed
 */
record Successes(Map<Long, Proportion> bySeed) {
  /** With fewer behaviours, a rate says little. */
  private static final int FEW = 10;

  boolean isEmpty() {
    return bySeed.isEmpty();
  }

  /** {@code 2, 0, 0 of 2}: of each seed. */
  String text() {
    Collection<Proportion> all = bySeed.values();
    List<Long> trials = all.stream().map(Proportion::trials).distinct().toList();
    return trials.size() == 1
        ? all.stream()
            .map(each -> Long.toString(each.successes()))
            .collect(Collectors.joining(", ", "", " of " + trials.get(0)))
        : all.stream()
            .map(each -> each.successes() + " of " + each.trials())
            .collect(Collectors.joining(", "));
  }

  /** The rate minus another: the mean of the seeds that both have, each of them a unit. */
  Estimate comparedWith(Successes other) {
    return Bootstrap.difference(rates(), other.rates());
  }

  private Map<Long, Double> rates() {
    Map<Long, Double> rates = new HashMap<>();
    bySeed.forEach(
        (seed, successes) -> {
          if (successes.trials() > 0) {
            rates.put(seed, successes.rate());
          }
        });
    return rates;
  }

  /** The verdict on the claim that the rate is lower than another. */
  String isLowerThan(Successes other) {
    return Math.min(behaviors(), other.behaviors()) < FEW
        ? "too few behaviours to tell"
        : Shape.above(other.comparedWith(this));
  }

  private long behaviors() {
    return bySeed.values().stream().mapToLong(Proportion::trials).sum();
  }
}
