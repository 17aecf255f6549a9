package dev.palinode.evaluation.page;

import static dev.palinode.evaluation.page.BehaviorOutcomes.SUCCESS;
import static dev.palinode.evaluation.page.Method.SHOWN;

import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Success and cost of attacks, each on all methods.
 *
 * @param methods that were attacked
 */
record AttackTables(List<Method> methods) {
  private static final String SUCCEEDED = "/behaviors/succeeded";
  private static final String RESISTED = "/behaviors/resisted";

  /** With fewer behaviours, a rate says little. */
  static final int FEW = 10;

  /** All attacks in the order in which they come. */
  private Set<String> attacks() {
    return Method.numbersOf(methods).keySet();
  }

  /** Success of each attack, on the final text and on all that was ever shown. */
  Table success() {
    Table table =
        new Table()
            .left("attack", "model")
            .right("behaviours that succeeded", "success %", "ever shown %")
            .right("behaviours undecided");
    for (String attack : attacks()) {
      for (Method method : methods) {
        table.row(
            method.bySeed(attack).isEmpty()
                ? List.of(
                    Cell.of(Printable.escape(attack)),
                    Cell.of(method.label()),
                    Cell.of("not run").faint(),
                    Cell.of(""),
                    Cell.of(""),
                    Cell.of(""))
                : success(method, attack));
      }
    }
    return table;
  }

  private static List<Cell> success(Method method, String attack) {
    boolean isFew = isFew(method, attack);
    double succeeded = sum(method, attack, SUCCEEDED);
    return List.of(
        Cell.of(Printable.escape(attack)),
        Cell.of(method.label()),
        new Cell(
            succeeded(method, attack),
            Links.to(method, attack, Links.counted(true, SUCCESS, succeeded))),
        rate(method, attack, SUCCESS, isFew),
        rate(method, attack, SHOWN, isFew),
        Cell.of(grouped(sum(method, attack, "/behaviors/undecided"))));
  }

  private static Cell rate(Method method, String attack, String metric, boolean isFew) {
    Cell cell =
        method
            .measure(attack, metric)
            .map(measure -> Links.cell(method, attack, measure))
            .orElse(Cell.of("-"));
    return isFew ? cell.faint() : cell;
  }

  /** {@code 22 of 120} behaviours of all models, those without a decision left out. */
  static String succeeded(Method method, String attack) {
    long succeeded = sum(method, attack, SUCCEEDED);
    return grouped(succeeded) + " of " + grouped(succeeded + sum(method, attack, RESISTED));
  }

  /** Whether there are too few different behaviours on which something was decided. */
  static boolean isFew(Method method, String attack) {
    Set<String> behaviors = new HashSet<>();
    method.outcomes(attack, SUCCESS).forEach(each -> behaviors.addAll(each.keySet()));
    return behaviors.size() < FEW;
  }

  /** What the attacks did and cost, over all models of a method. */
  Table budgets() {
    Table table =
        new Table()
            .left("attack", "model")
            .right("attempts judged", "queries", "tokens", "gradient steps")
            .right("seconds (wall clock)");
    for (String attack : attacks()) {
      for (Method method : methods) {
        if (!method.bySeed(attack).isEmpty()) {
          table.row(budget(method, attack));
        }
      }
    }
    return table;
  }

  private static List<Cell> budget(Method method, String attack) {
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(Printable.escape(attack)));
    cells.add(Cell.of(method.label()));
    cells.add(new Cell(judged(method, attack), Links.to(method, attack, Map.of())));
    for (String cost : List.of("queries", "tokens", "gradient_steps")) {
      cells.add(Cell.of(grouped(sum(method, attack, "/spent/" + cost))));
    }
    cells.add(
        Cell.of(
            String.format(Locale.ROOT, "%,.1f", sum(method, attack, "/spent/ms_total") / 1000.0)));
    return cells;
  }

  /** {@code 120 of 240}: the others failed, or were empty or undecided. */
  private static String judged(Method method, String attack) {
    long asked = sum(method, attack, "/attempts/asked");
    long judged = asked;
    for (String without : List.of("failed", "empty", "undecided")) {
      judged -= sum(method, attack, "/attempts/" + without);
    }
    return grouped(judged) + " of " + grouped(asked);
  }

  private static long sum(Method method, String attack, String field) {
    return method.bySeed(attack).stream().mapToLong(each -> each.at(field).asLong()).sum();
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
