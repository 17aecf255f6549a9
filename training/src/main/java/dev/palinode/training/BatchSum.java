package dev.palinode.training;

import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.objective.PartialLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sum of a batch's partial losses and metrics, on this process and then over all. */
final class BatchSum {
  private final List<String> names;
  private final double[] values; // the loss, then the metrics

  BatchSum(List<String> metricNames) {
    names = metricNames;
    values = new double[1 + metricNames.size()];
  }

  void add(PartialLoss partial) {
    values[0] += partial.loss().item();
    partial.metrics().forEach((name, value) -> values[1 + names.indexOf(name)] += value);
  }

  Trainer.BatchLoss over(DistributedContext processes) {
    double[] sums = processes.sum(values);
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      metrics.put(names.get(i), sums[1 + i]);
    }
    return new Trainer.BatchLoss(sums[0], metrics);
  }
}
