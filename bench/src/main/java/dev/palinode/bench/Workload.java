package dev.palinode.bench;

import dev.palinode.model.Transformer;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.LossShare;
import dev.palinode.training.objective.Objective;
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

  LossShare share(Transformer model) {
    LossShare share = objective.share(model, batch, objective.totals(batch));
    return new LossShare(share.loss(), Map.of());
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
    public LossShare share(Transformer model, List<Workload<?>> workloads, BatchTotals totals) {
      return workloads.get(0).share(model);
    }
  }
}
