package dev.palinode.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.JudgedGeneration;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** The answers of an experiment over any number of seeds, with counts and rates. */
public final class Results {
  private final List<Result> all;
  private final Function<String, String> cluster;

  /**
   * @param cluster of a prompt; answers of one seed and cluster are not independent trials. If all
   *     prompts are one cluster, the seeds are the units
   */
  public Results(List<Result> all, Function<String, String> cluster) {
    this.all = List.copyOf(all);
    this.cluster = cluster;
  }

  public List<Long> seeds() {
    return all.stream().map(Result::seed).distinct().toList();
  }

  /** Whether there are answers of a row. */
  public boolean has(String row) {
    return all.stream().anyMatch(result -> result.row().equals(row));
  }

  public Results ofSeed(long seed) {
    return new Results(all.stream().filter(result -> result.seed() == seed).toList(), cluster);
  }

  /** The answers of a row to a prompt set, one run for each seed. */
  public List<EvaluationRun> runs(String row, String set) {
    return all.stream()
        .filter(result -> result.row().equals(row) && result.runs().containsKey(set))
        .map(result -> result.runs().get(set))
        .toList();
  }

  /** All runs of a row. */
  public List<EvaluationRun> runs(String row) {
    return all.stream()
        .filter(result -> result.row().equals(row))
        .flatMap(result -> result.runs().values().stream())
        .toList();
  }

  /** The answers of a row to a prompt set, of all seeds. */
  public List<JudgedGeneration> answers(String row, String set) {
    return runs(row, set).stream().flatMap(run -> run.generations().stream()).toList();
  }

  /** The rate of a row for each seed. */
  public List<Double> perSeed(String row, String set, Function<EvaluationRun, Proportion> counted) {
    return runs(row, set).stream().map(run -> counted.apply(run).rate()).toList();
  }

  /** The median rate of a row over seeds. */
  public Estimate median(String row, String set, Function<EvaluationRun, Proportion> counted) {
    return Bootstrap.median(perSeed(row, set, counted));
  }

  /** How often a predicate holds for the answers of a row. */
  public Estimate rate(String row, String set, Predicate<JudgedGeneration> holds) {
    return mean(row, set, answer -> holds.test(answer) ? 1 : 0);
  }

  /** Counts pooled over seeds. */
  public Proportion pooled(String row, String set, Function<EvaluationRun, Proportion> counted) {
    return runs(row, set).stream().map(counted).reduce(Proportion.NONE, Proportion::plus);
  }

  /** The mean of a count per answer. */
  public Estimate mean(String row, String set, ToDoubleFunction<JudgedGeneration> counted) {
    List<Bootstrap.Value> values = new ArrayList<>();
    for (long seed : seeds()) {
      for (JudgedGeneration answer : ofSeed(seed).answers(row, set)) {
        values.add(value(seed, answer, counted.applyAsDouble(answer)));
      }
    }
    return Bootstrap.mean(values);
  }

  /** The mean difference of a count between two rows, on the same prompts. */
  public Estimate difference(
      String row, String than, String set, ToDoubleFunction<JudgedGeneration> counted) {
    List<Bootstrap.Value> values = new ArrayList<>();
    for (long seed : seeds()) {
      for (List<JudgedGeneration> both : inCommon(seed, set, row, than)) {
        double more = counted.applyAsDouble(both.get(0)) - counted.applyAsDouble(both.get(1));
        values.add(value(seed, both.get(0), more));
      }
    }
    return Bootstrap.mean(values);
  }

  private Bootstrap.Value value(long seed, JudgedGeneration answer, double value) {
    return new Bootstrap.Value(seed + " " + cluster.apply(answer.prompt()), value);
  }

  private List<List<JudgedGeneration>> inCommon(long seed, String set, String... rows) {
    Results one = ofSeed(seed);
    List<EvaluationRun> runs =
        Arrays.stream(rows).flatMap(row -> one.runs(row, set).stream()).toList();
    return runs.size() == rows.length ? EvaluationRun.inCommon(runs, any -> true) : List.of();
  }

  /** A sentence with the numbers of failed prompts and undecided answers. */
  public String answered() {
    List<EvaluationRun> runs =
        all.stream().flatMap(result -> result.runs().values().stream()).toList();
    long failed = runs.stream().mapToLong(run -> run.failures().size()).sum();
    long answered = runs.stream().mapToLong(run -> run.generations().size()).sum();
    long undecided = runs.stream().mapToLong(EvaluationRun::undecided).sum();
    return String.format(
        Locale.ROOT,
        "Of %,d prompts to all models %,d failed, which count in no rate, and %,d answers could not"
            + " be judged, which count in no rate of violations.",
        answered + failed,
        failed,
        undecided);
  }

  /**
   * The counts of every seed, row and prompt set.
   *
   * @param further adds the counts of the experiment
   */
  public ArrayNode toJson(BiConsumer<ObjectNode, EvaluationRun> further) {
    ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    for (Result result : all) {
      result
          .runs()
          .forEach(
              (set, run) -> {
                ObjectNode cell = cells.addObject().put("seed", result.seed());
                cell.put("row", result.row()).put("set", set);
                cell.put("answers", run.generations().size());
                cell.put("failures", run.failures().size());
                cell.put("undecided", run.undecided());
                further.accept(cell, run);
                cell.put("seconds", run.wallTime().toNanos() / 1e9);
              });
    }
    return cells;
  }
}
