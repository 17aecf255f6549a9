package dev.palinode.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.io.JsonFiles;
import dev.palinode.report.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The answers of an experiment over any number of seeds, with counts and rates. The question is
 * what training does, so the seed is the unit of all intervals: they do not cover other prompts.
 */
public final class Results {
  private static final String ANSWERS =
      "The answers behind these numbers: \"palinode report seed-1/generations/*\" in this folder.";

  private final List<Cell> all;

  /** The results in these cells: one of each seed, row and prompt set, ordered by seed. */
  public Results(List<Cell> all) {
    this.all = List.copyOf(all);
  }

  public List<Long> seeds() {
    return all.stream().map(Cell::seed).distinct().toList();
  }

  /** Whether there are answers of a row. */
  public boolean has(String row) {
    return all.stream().anyMatch(cell -> cell.row().equals(row));
  }

  public Results ofSeed(long seed) {
    return new Results(all.stream().filter(cell -> cell.seed() == seed).toList());
  }

  private Stream<Cell> cells(String row, String set) {
    return all.stream().filter(cell -> cell.row().equals(row) && cell.set().equals(set));
  }

  /** The answers of a row to a prompt set, of all seeds. */
  public List<JudgedAnswer> answers(String row, String set) {
    return cells(row, set).flatMap(cell -> cell.answers().stream()).toList();
  }

  /** The rate of violations of a row for each seed. */
  public List<Double> violations(String row, String set) {
    return cells(row, set).map(cell -> cell.violations().rate()).toList();
  }

  /** How often a predicate holds for the answers of a row. */
  public Estimate rate(String row, String set, Predicate<JudgedAnswer> holds) {
    return mean(row, set, answer -> holds.test(answer) ? 1 : 0);
  }

  /** The mean of a count per answer. */
  public Estimate mean(String row, String set, ToDoubleFunction<JudgedAnswer> counted) {
    List<Bootstrap.Value> values = new ArrayList<>();
    for (long seed : seeds()) {
      for (JudgedAnswer answer : ofSeed(seed).answers(row, set)) {
        values.add(new Bootstrap.Value(seed, counted.applyAsDouble(answer)));
      }
    }
    return Bootstrap.mean(values);
  }

  /** The mean difference of a count between two rows, on the prompts that both have answered. */
  public Estimate difference(
      String row, String than, String set, ToDoubleFunction<JudgedAnswer> counted) {
    List<Bootstrap.Value> values = new ArrayList<>();
    for (long seed : seeds()) {
      Map<String, JudgedAnswer> others = new HashMap<>();
      ofSeed(seed).answers(than, set).forEach(answer -> others.put(answer.id(), answer));
      for (JudgedAnswer answer : ofSeed(seed).answers(row, set)) {
        JudgedAnswer other = others.get(answer.id());
        if (other != null) {
          double more = counted.applyAsDouble(answer) - counted.applyAsDouble(other);
          values.add(new Bootstrap.Value(seed, more));
        }
      }
    }
    return Bootstrap.mean(values);
  }

  /** A sentence with the numbers of failed prompts and undecided answers. */
  public String answered() {
    long failed = all.stream().mapToLong(Cell::failures).sum();
    long answered = all.stream().mapToLong(cell -> cell.answers().size()).sum();
    long undecided = all.stream().mapToLong(Cell::undecided).sum();
    return String.format(
        Locale.ROOT,
        "Of %,d prompts to all models %,d failed, which count in no rate, and %,d answers could not"
            + " be judged, which count in no rate of violations.",
        answered + failed,
        failed,
        undecided);
  }

  /** Writes {@code report.html}, and the same as {@code report.md} with its figures. */
  public static void write(Path folder, Page page) throws IOException {
    page.paragraph(ANSWERS);
    page.writeHtml(folder.resolve("report.html"));
    page.writeMarkdown(folder.resolve("report.md"));
  }

  /**
   * Writes {@code results.json}, counts of every cell, to a folder.
   *
   * @param further adds the counts of the experiment to a cell's object
   */
  public void writeCounts(Path folder, BiConsumer<ObjectNode, Cell> further) throws IOException {
    ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    for (Cell each : all) {
      ObjectNode cell = cells.addObject().put("seed", each.seed());
      cell.put("row", each.row()).put("set", each.set());
      cell.put("answers", each.answers().size()).put("failures", each.failures());
      cell.put("undecided", each.undecided());
      further.accept(cell, each);
    }
    JsonFiles.replace(folder.resolve("results.json"), cells);
  }
}
