package dev.palinode.evaluation.page;

import static dev.palinode.evaluation.page.RunFacts.named;

import dev.palinode.text.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;

/**
 * Names of runs: the method, the settings in which runs of it differ, and which of its trained
 * models it is.
 */
final class RunNames {
  /**
   * A run to be named.
   *
   * @param method its label, or as much of its model's name as tells it from others
   */
  private record Run(RunFacts facts, String method, Map<String, String> settings) {
    String model() {
      return facts.model();
    }
  }

  private final List<Run> runs;

  private RunNames(List<RunFacts> all) {
    List<String> models = all.stream().map(RunFacts::model).distinct().toList();
    runs =
        all.stream()
            .map(
                each ->
                    new Run(
                        each,
                        each.label().isEmpty() ? shortModel(each.model(), models) : each.label(),
                        each.settings()))
            .toList();
  }

  /** The names of runs, in their order. */
  static List<RunName> of(List<RunFacts> runs) {
    RunNames names = new RunNames(runs);
    return names.runs.stream().map(names::name).toList();
  }

  private RunName name(Run run) {
    String method = run.method();
    String seed = seed(run);
    if (hasTwin(run)) {
      if (run.facts().label().isEmpty()) {
        method += " (" + run.facts().folder() + ")";
      } else {
        seed = run.facts().folder();
      }
    }
    return new RunName(Printable.escape(method), Printable.escape(seed), settings(run));
  }

  /** As many of the last segments of a model's path as tell it from the others. */
  private static String shortModel(String model, List<String> models) {
    List<String> others = models.stream().filter(other -> !other.equals(model)).toList();
    int start = model.length() - 1; // a slash at the end is no end of a segment
    do {
      start = model.lastIndexOf('/', start - 1);
      String tail = model.substring(start + 1);
      if (others.stream().noneMatch(other -> ("/" + other).endsWith("/" + tail))) {
        return tail;
      }
    } while (start > 0);
    return model;
  }

  /** What tells a model from the others of its method: 1001 of m/sft-1001 and m/sft-1002. */
  private String seed(Run run) {
    List<String> models =
        runs.stream()
            .filter(other -> other.method().equals(run.method()))
            .map(Run::model)
            .distinct()
            .toList();
    if (models.size() == 1) {
      return "";
    }
    String model = run.model();
    int start = StringUtils.getCommonPrefix(models.toArray(String[]::new)).length();
    while (start > 0 && Character.isLetterOrDigit(model.charAt(start - 1))) {
      start--;
    }
    return model.substring(start);
  }

  /** Whether another run would have the same name, and measures some of the same. */
  private boolean hasTwin(Run run) {
    return alike(run)
        .filter(other -> other.model().equals(run.model()))
        .anyMatch(other -> named(settings(other)).equals(named(settings(run))));
  }

  /** The settings without those of decoding that all runs of the same share. */
  private Map<String, String> settings(Run run) {
    Map<String, String> settings = new LinkedHashMap<>(run.settings());
    settings
        .entrySet()
        .removeIf(
            each ->
                RunFacts.DECODING.contains(each.getKey())
                    && alike(run)
                        .map(other -> other.settings().get(each.getKey()))
                        .allMatch(each.getValue()::equals));
    return settings;
  }

  /** Other runs of the method that measure some of the same. */
  private Stream<Run> alike(Run run) {
    return runs.stream()
        .filter(other -> other.method().equals(run.method()))
        .filter(other -> !other.facts().run().folder().equals(run.facts().run().folder()))
        .filter(other -> other.facts().isAlike(run.facts()));
  }
}
