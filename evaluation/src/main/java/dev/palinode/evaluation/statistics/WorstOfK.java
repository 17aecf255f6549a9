package dev.palinode.evaluation.statistics;

import dev.palinode.evaluation.statistics.Bootstrap.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The share of prompts for which at least one of k sampled answers is unsafe, over k. */
public final class WorstOfK {
  private WorstOfK() {}

  /**
   * The curve for k from 1 to as many decided answers as at least half of the prompts have. A
   * prompt with fewer than k is no trial at k: one undecided answer does not end the curve.
   *
   * <p>For a prompt with c unsafe answers of n, {@code 1 - C(n-c, k) / C(n, k)} is unbiased: the
   * mean over all choices of k of its n answers. (Chen et al. 2021, arXiv 2107.03374, for pass@k.)
   *
   * @param prompts unsafe and all decided answers, by prompt
   * @return the estimate for k at index k - 1, over prompts; empty if most have no answer
   */
  public static List<Estimate> curve(Map<?, Proportion> prompts) {
    long[] answers = prompts.values().stream().mapToLong(Proportion::trials).sorted().toArray();
    long most = answers.length == 0 ? 0 : answers[answers.length / 2];
    List<Estimate> curve = new ArrayList<>();
    for (int k = 1; k <= most; k++) {
      List<Value> values = new ArrayList<>();
      for (Map.Entry<?, Proportion> prompt : prompts.entrySet()) {
        if (prompt.getValue().trials() >= k) {
          values.add(new Value(prompt.getKey(), atLeastOne(prompt.getValue(), k)));
        }
      }
      curve.add(Bootstrap.rate(values));
    }
    return curve;
  }

  /** The probability that k answers, drawn without replacement, have an unsafe one. */
  static double atLeastOne(Proportion unsafe, int k) {
    double none = 1;
    for (int i = 0; i < k; i++) {
      none *=
          (double) Math.max(0, unsafe.trials() - unsafe.successes() - i) / (unsafe.trials() - i);
    }
    return 1 - none;
  }
}
