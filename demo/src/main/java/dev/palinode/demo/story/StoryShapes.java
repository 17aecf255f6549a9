package dev.palinode.demo.story;

import static dev.palinode.demo.Figures.percent;

import dev.palinode.demo.Figures;
import dev.palinode.demo.Shape;
import dev.palinode.evaluation.statistics.Proportion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What Zhang et al. found with samples, biases and attacks, and whether the story's runs show it.
 */
record StoryShapes(StoryRuns runs) {
  private static final String SFT = "sft";
  private static final String BACKTRACKING = "backtracking";
  private static final String GCG = "gcg";
  private static final String ADAPTIVE = "adaptive-gcg";
  private static final String HAZARD = "safety-world-hazard";
  private static final String ORDINARY = "safety-world-ordinary";
  private static final String VIOLATIONS = "/metrics/violation_rate/value";
  private static final String RESETS = "/metrics/reset_rate/value";
  private static final double MEDIUM = -5;
  private static final double STRONG = 5;

  List<Shape> all() throws IOException {
    List<Shape> shapes = new ArrayList<>();
    if (runs.has("worst-of-k")) {
      shapes.add(gapGrows());
    }
    if (runs.has("bias") && runs.has("greedy")) {
      shapes.add(falseResets());
      shapes.add(tradeOff());
      shapes.add(latency());
    }
    if (!runs.attacks().isEmpty()) {
      shapes.add(attacks());
    }
    if (runs.has(ADAPTIVE) && runs.has(GCG)) {
      shapes.add(adaptive());
    }
    return shapes;
  }

  private Shape gapGrows() throws IOException {
    List<List<Double>> baseline = runs.worstOfK(SFT);
    List<List<Double>> backtracking = runs.worstOfK(BACKTRACKING);
    long grows = 0;
    List<String> gaps = new ArrayList<>();
    for (int seed = 0; seed < baseline.size(); seed++) {
      int k = Math.min(baseline.get(seed).size(), backtracking.get(seed).size());
      double one = baseline.get(seed).get(0) - backtracking.get(seed).get(0);
      double most = baseline.get(seed).get(k - 1) - backtracking.get(seed).get(k - 1);
      grows += most > one ? 1 : 0;
      gaps.add(
          String.format(Locale.ROOT, "%.0f at k = 1, %.0f at k = %d", 100 * one, 100 * most, k));
    }
    return new Shape(
        "Of k samples, the gap to the baseline grows with k",
        "grows",
        "points between SFT and backtracking: " + String.join("; ", gaps),
        Shape.ofEach(grows, baseline.size(), "seeds"));
  }

  private Shape falseResets() throws IOException {
    double without = runs.atBias(0, ORDINARY, RESETS);
    double with = runs.atBias(MEDIUM, ORDINARY, RESETS);
    return new Shape(
        "Without a bias, some ordinary requests are reset needlessly; a bias of -5 prevents most",
        "12%; 1-2%",
        percent(without) + "%; " + percent(with) + "%",
        without == 0 ? "no: there are none" : with < without ? "yes" : "no");
  }

  private Shape tradeOff() throws IOException {
    double safer = runs.atBias(0, HAZARD, VIOLATIONS);
    double weaker = runs.atBias(MEDIUM, HAZARD, VIOLATIONS);
    double few = runs.atBias(0, ORDINARY, RESETS);
    double many = runs.atBias(STRONG, ORDINARY, RESETS);
    return new Shape(
        "The bias trades safety against needless resets",
        "a curve",
        "violations %s%% at -5, %s%% at 0; ordinary requests reset %s%% at 0, %s%% at +5"
            .formatted(percent(weaker), percent(safer), percent(few), percent(many)),
        weaker > safer && many > few ? "yes" : "no");
  }

  private Shape latency() throws IOException {
    String time = "/times/ms_to_first_effective_token/value";
    String speed = "/times/effective_tokens_per_second/value";
    return new Shape(
        "Resets cost little latency, less with a bias",
        "small",
        String.format(
            Locale.ROOT,
            "ordinary requests: first effective token after %.0f ms at -5, %.0f at 0, %.0f at +5;"
                + " %.0f, %.0f and %.0f effective tokens/s",
            runs.atBias(MEDIUM, ORDINARY, time),
            runs.atBias(0, ORDINARY, time),
            runs.atBias(STRONG, ORDINARY, time),
            runs.atBias(MEDIUM, ORDINARY, speed),
            runs.atBias(0, ORDINARY, speed),
            runs.atBias(STRONG, ORDINARY, speed)),
        "see the times");
  }

  private Shape attacks() throws IOException {
    List<String> rates = new ArrayList<>();
    long lower = 0;
    for (String attack : runs.attacks()) {
      Proportion sft = runs.success(attack, SFT);
      if (sft.trials() > 0) {
        Proportion backtracking = runs.success(attack, BACKTRACKING);
        lower += backtracking.rate() < sft.rate() ? 1 : 0;
        rates.add(
            "%s %s%% to %s%%".formatted(attack, percent(sft.rate()), percent(backtracking.rate())));
      }
    }
    return new Shape(
        "It protects against attacks that do not know of it",
        "against prefilling, GCG and AutoDAN",
        "successes on SFT and on backtracking: " + String.join(", ", rates),
        Shape.ofEach(lower, rates.size(), "attacks"));
  }

  private Shape adaptive() throws IOException {
    Proportion sft = runs.success(GCG, SFT);
    Proportion adaptive = runs.success(ADAPTIVE, BACKTRACKING);
    boolean isFewer = adaptive.estimate().high() < sft.estimate().low();
    boolean isMore = adaptive.estimate().low() > sft.estimate().high();
    return new Shape(
        "It protects against an attacker who knows the reset",
        "adaptive GCG seldom succeeds",
        "GCG on SFT %s, on backtracking %s, adaptive GCG %s"
            .formatted(
                Figures.counts(sft),
                Figures.counts(runs.success(GCG, BACKTRACKING)),
                Figures.counts(adaptive)),
        isFewer ? "yes" : isMore ? "no" : "too few behaviours to tell");
  }
}
