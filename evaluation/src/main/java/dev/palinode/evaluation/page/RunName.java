package dev.palinode.evaluation.page;

import dev.palinode.text.Printable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.commons.lang3.math.NumberUtils;

/**
 * What a run is called.
 *
 * @param method the label of its models
 * @param seed which of the method's models; empty if it has one
 * @param settings in which runs of the method may differ, by name
 */
record RunName(String method, String seed, Map<String, String> settings) {
  /** By settings that are words, and those that are numbers, in the order of their values. */
  static final Comparator<RunName> BY_SETTINGS =
      Comparator.comparing(RunName::words).thenComparing(RunName::numbers, Arrays::compare);

  RunName {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings)); // in their order
  }

  /** The method with the settings in which it differs from the models as they were trained. */
  String label() {
    return method + suffix();
  }

  /** The settings alone; the same for the same settings of two methods. */
  String suffix() {
    return RunFacts.named(settings).entrySet().stream()
        .map(
            each ->
                Printable.escape(", " + each.getKey().replace('_', ' ') + " " + each.getValue()))
        .collect(Collectors.joining());
  }

  /** The method with only some of its settings. */
  String labelWith(Predicate<String> setting) {
    Map<String, String> some = new LinkedHashMap<>(settings);
    some.keySet().removeIf(setting.negate());
    return new RunName(method, seed, some).label();
  }

  /** Whether resets are biased or predictions guided: the model is not as it was trained. */
  boolean isChanged() {
    return !RunFacts.DECODING.containsAll(RunFacts.named(settings).keySet());
  }

  private String words() {
    return RunFacts.named(settings).entrySet().stream()
        .map(each -> NumberUtils.isParsable(each.getValue()) ? each.getKey() : each.toString())
        .collect(Collectors.joining(","));
  }

  private double[] numbers() {
    return RunFacts.named(settings).values().stream()
        .filter(NumberUtils::isParsable)
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
