package dev.palinode.bench;

import dev.palinode.model.network.Transformer;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.PartialLoss;
import java.util.List;
import java.util.Map;

/**
 * What a step learns, and how.
 *
 * @param <E> what one example is
 */
record Workload<E>(Objective<E> objective, List<E> batch) {
  int tokens() {
    return batch.stream().mapToInt(objective::length).sum();
  }

  PartialLoss share(Transformer model) {
    PartialLoss share = objective.share(model, batch, objective.totals(batch));
    return new PartialLoss(share.loss(), Map.of());
  }

  /** Steps of different kinds in one run: each batch is one workload. */
  static final class InTurn implements Objective<Workload<?>> {
    @Override
    public int length(Workload<?> workload) {
      return workload.tokens();
    }

    @Override
    public BatchTotals totals(List<Workload<?>> batch) {
      return new BatchTotals(1, 1); // the workload counts for itself
    }

    @Override
    public PartialLoss share(Transformer model, List<Workload<?>> workloads, BatchTotals totals) {
      return workloads.get(0).share(model);
    }
  }
}
