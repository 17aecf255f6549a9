package dev.palinode.evaluation.page;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.lang3.math.NumberUtils;

/**
 * Runs of a method that differ in one setting.
 *
 * @param label of the method, with its other settings
 * @param points by value of the setting
 */
record Sweep(String label, SortedMap<Double, Method> points) {
  /** A setting that is swept, and its value in a model as it was trained. */
  enum Setting {
    RESET_BIAS(RunFacts.RESET_BIAS, 0),
    GUIDANCE_SCALE(RunFacts.GUIDANCE_SCALE, 1);

    final String text;
    final double asTrained;

    Setting(String text, double asTrained) {
      this.text = text;
      this.asTrained = asTrained;
    }
  }

  /** The sweeps over a setting. The model as it was trained is a point of each of its sweeps. */
  static List<Sweep> of(Setting setting, List<Method> methods) {
    Map<String, SortedMap<Double, Method>> sweeps = new LinkedHashMap<>();
    for (Method method : methods) {
      RunName name = method.name();
      if (NumberUtils.isParsable(RunFacts.named(name.settings()).get(setting.text))) {
        sweeps
            .computeIfAbsent(name.labelWith(it -> !it.equals(setting.text)), it -> new TreeMap<>())
            .put(Double.valueOf(name.settings().get(setting.text)), method);
      }
    }
    List<Sweep> all = new ArrayList<>();
    sweeps.forEach(
        (label, points) -> {
          RunName name = points.values().iterator().next().name();
          methods.stream()
              .filter(each -> each.label().equals(name.labelWith(RunFacts.DECODING::contains)))
              .findFirst()
              .ifPresent(each -> points.put(setting.asTrained, each));
          if (points.size() > 1) {
            all.add(new Sweep(label, points));
          }
        });
    return all;
  }

  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
