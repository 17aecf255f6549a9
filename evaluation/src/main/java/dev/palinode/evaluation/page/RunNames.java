package dev.palinode.evaluation.page;

import static dev.palinode.evaluation.page.RunFacts.named;

import dev.palinode.text.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Names of runs: the method, the settings in which runs of it differ, and which of its trained
 * models it is.
 */
final class RunNames {
  /**
   * A run to be named.
   *
   * @param label as given; empty for none
   */
  record Entry(String label, RunFacts facts) {}

  private record Run(Entry entry, String method, String model, Map<String, String> settings) {
    RunFacts facts() {
      return entry.facts();
    }
  }

  private final List<Run> runs;

  private RunNames(List<Entry> entries) {
    List<String> models = entries.stream().map(it -> it.facts().model()).distinct().toList();
    runs =
        entries.stream()
            .map(
                each -> {
                  String model = each.facts().model();
                  String method = each.label().isEmpty() ? shortModel(model, models) : each.label();
                  return new Run(each, method, model, each.facts().settings());
                })
            .toList();
  }

  /** The names of runs, in their order. */
  static List<RunName> of(List<Entry> entries) {
    RunNames names = new RunNames(entries);
    return names.runs.stream().map(names::name).toList();
  }

  private RunName name(Run run) {
    String method = run.method();
    String seed = seed(run);
    if (hasTwin(run) && run.entry().label().isEmpty()) {
      method += " (" + run.facts().folder() + ")";
    } else if (hasTwin(run)) {
      seed = run.facts().folder();
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
    int start = models.stream().mapToInt(other -> common(model, other)).min().orElse(0);
    while (start > 0 && Character.isLetterOrDigit(model.charAt(start - 1))) {
      start--;
    }
    return model.substring(start);
  }

  private static int common(String one, String other) {
    int length = 0;
    while (length < Math.min(one.length(), other.length())
        && one.charAt(length) == other.charAt(length)) {
      length++;
    }
    return length;
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
        .filter(other -> !other.equals(run) && other.method().equals(run.method()))
        .filter(other -> other.facts().isAlike(run.facts()));
  }
}
