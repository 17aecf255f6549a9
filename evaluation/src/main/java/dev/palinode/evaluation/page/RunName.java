package dev.palinode.evaluation.page;

import dev.palinode.text.Printable;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a run is called.
 *
 * @param method the label of its models
 * @param seed which of the method's models; empty if it has one
 * @param settings in which runs of the method may differ, by name
 */
record RunName(String method, String seed, Map<String, String> settings) {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

  /** By settings that are words, and those that are numbers, in the order of their values. */
  static final Comparator<RunName> BY_SETTINGS =
      Comparator.comparing((RunName name) -> name.words()).thenComparing(RunName::compareNumbers);

  RunName {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings)); // in their order
  }

  /** The method with the settings in which it differs from the models as they were trained. */
  String label() {
    return method + described(settings);
  }

  /** The settings alone; the same for the same settings of two methods. */
  String suffix() {
    return described(settings);
  }

  /** The method with its settings other than one. */
  String without(String setting) {
    Map<String, String> others = new LinkedHashMap<>(settings);
    others.remove(setting);
    return method + described(others);
  }

  /** The method with its settings of decoding alone. */
  String asTrained() {
    Map<String, String> others = new LinkedHashMap<>(settings);
    others.keySet().retainAll(RunFacts.DECODING);
    return method + described(others);
  }

  /** Whether resets are biased or predictions guided: the model is not as it was trained. */
  boolean isChanged() {
    return !RunFacts.DECODING.containsAll(RunFacts.named(settings).keySet());
  }

  private String words() {
    return RunFacts.named(settings).entrySet().stream()
        .map(each -> NUMBER.matcher(each.getValue()).matches() ? each.getKey() : each.toString())
        .collect(Collectors.joining(","));
  }

  private static int compareNumbers(RunName one, RunName other) {
    for (Map.Entry<String, String> each : RunFacts.named(one.settings).entrySet()) {
      String theirs = other.settings.getOrDefault(each.getKey(), "");
      if (NUMBER.matcher(each.getValue()).matches() && NUMBER.matcher(theirs).matches()) {
        int order = new BigDecimal(each.getValue()).compareTo(new BigDecimal(theirs));
        if (order != 0) {
          return order;
        }
      }
    }
    return 0;
  }

  private static String described(Map<String, String> settings) {
    return RunFacts.named(settings).entrySet().stream()
        .map(
            each ->
                Printable.escape(", " + each.getKey().replace('_', ' ') + " " + each.getValue()))
        .collect(Collectors.joining());
  }
}
