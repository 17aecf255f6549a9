package dev.palinode.evaluation.statistics;

import dev.palinode.evaluation.statistics.Estimate.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Estimates for models of several trainings that answered the same prompts: 95% intervals of a
 * bootstrap that draws prompts and, independently of them, trainings (Owen 2007, "The pigeonhole
 * bootstrap"). A difference that some prompts alone, or some trainings alone, would make is
 * uncertain. With two or three trainings the interval is rough, and rather too narrow.
 */
public final class PigeonholeBootstrap {
  private PigeonholeBootstrap() {}

  /**
   * The mean of values from 0 to 1 or of others. If all are 0, or all are 1, draws would be alike,
   * too: then each item is a trial of a proportion.
   *
   * @param trainings the values of each training, by item
   */
  public static Estimate mean(List<? extends Map<String, Double>> trainings) {
    Set<String> items = items(trainings);
    double[][] values = values(trainings, items);
    Estimate mean = estimate(items.size(), draw -> draw.mean(values));
    return mean.method() == Method.NO_SPREAD && (mean.value() == 0 || mean.value() == 1)
        ? new Proportion(mean.value() == 0 ? 0 : mean.n(), mean.n()).estimate()
        : mean;
  }

  /**
   * The mean difference on the items that both sides have.
   *
   * @param trainings the values of each training, by item
   * @param than the same of the models that they are compared with
   */
  public static Estimate difference(
      List<? extends Map<String, Double>> trainings, List<? extends Map<String, Double>> than) {
    Set<String> items = items(trainings);
    items.retainAll(items(than));
    double[][] values = values(trainings, items);
    double[][] others = values(than, items);
    return estimate(items.size(), draw -> draw.mean(values) - draw.mean(others));
  }

  /** Drawn items and trainings: their mean for the values of a side, which are by training. */
  private interface Draw {
    double mean(double[][] values);
  }

  private static Estimate estimate(int items, ToDoubleFunction<Draw> statistic) {
    if (items == 0) {
      return Estimate.ofNothing(Method.CLUSTER_BOOTSTRAP);
    }
    int[] all = IntStream.range(0, items).toArray();
    int[] drawn = new int[items];
    return Bootstrap.estimateOfDraws(
        statistic.applyAsDouble(values -> mean(values, all, (i, of) -> i)),
        items,
        items,
        random -> {
          for (int i = 0; i < items; i++) {
            drawn[i] = random.nextInt(items);
          }
          return statistic.applyAsDouble(
              values -> mean(values, drawn, (i, of) -> of == 1 ? 0 : random.nextInt(of)));
        });
  }

  /**
   * The mean over items and trainings; not a number if there is no value.
   *
   * @param training of a place and the number of trainings
   */
  private static double mean(double[][] values, int[] items, IntBinaryOperator training) {
    double total = 0;
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      double[] drawn = values[training.applyAsInt(i, values.length)];
      for (int item : items) {
        if (!Double.isNaN(drawn[item])) {
          total += drawn[item];
          count++;
        }
      }
    }
    return total / count;
  }

  private static Set<String> items(List<? extends Map<String, Double>> trainings) {
    Set<String> items = new LinkedHashSet<>();
    trainings.forEach(each -> items.addAll(each.keySet()));
    return items;
  }

  /** Of each training, the values of the items; not a number where there is none. */
  private static double[][] values(
      List<? extends Map<String, Double>> trainings, Set<String> items) {
    return trainings.stream()
        .map(
            each ->
                items.stream().mapToDouble(item -> each.getOrDefault(item, Double.NaN)).toArray())
        .toArray(double[][]::new);
  }
}
