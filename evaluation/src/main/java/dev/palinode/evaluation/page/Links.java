package dev.palinode.evaluation.page;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.GenerationList;
import dev.palinode.report.Table.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cells whose numbers lead to the generations that they are made of. */
final class Links {
  private static final String RATE = "_rate";

  private Links() {}

  /** The generations of a method on a benchmark or attack, or only those with something. */
  static String to(Method method, String group, Map<String, String> with) {
    Map<String, String> wanted = new LinkedHashMap<>(with);
    wanted.put("model", method.label());
    if (!group.equals(RunFacts.ALL)) {
      wanted.put("group", group);
    }
    return GenerationList.link(wanted);
  }

  /** The same for one run, of whose method there may be several models. */
  static String to(ReportedRun run, String group, Map<String, String> with) {
    Map<String, String> wanted = new LinkedHashMap<>(with);
    if (!run.name().seed().isEmpty()) {
      wanted.put("seed", run.name().seed());
    }
    return to(new Method(List.of(run)), group, wanted);
  }

  /** A number with its interval and range, which leads to the answers that it counts, if any. */
  static Cell cell(Method method, String group, Measure measure) {
    boolean isAttack = method.runs().get(0).isAttack();
    Map<String, String> counted = counted(isAttack, measure.metric(), measure.value());
    return new Cell(measure.text(), to(method, group, counted)).notes(measure.notes());
  }

  /** What the answers that a rate counts have in common; of other numbers, nothing. */
  static Map<String, String> counted(boolean isAttack, String metric, double value) {
    if (value == 0 || !EstimateText.isRate(metric) || metric.contains(":")) {
      return Map.of();
    }
    return switch (metric) {
      case Method.VIOLATIONS -> Map.of("verdict", "unsafe");
      case BehaviorOutcomes.SUCCESS -> Map.of("mark", BehaviorOutcomes.FIRST_SUCCESS);
      case Method.SHOWN ->
          Map.of("mark", isAttack ? BehaviorOutcomes.FIRST_SHOWN : Sample.SHOWN_UNSAFE);
      case Method.RESETS -> Map.of("resets", "some");
      default ->
          metric.endsWith(RATE)
              ? Map.of(
                  "mark", Sample.mark(metric.substring(0, metric.length() - RATE.length()), true))
              : Map.of();
    };
  }
}
