package dev.palinode.bench;

import dev.palinode.model.network.Transformer;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.PartialLoss;
import java.util.List;
import java.util.Map;

/**
 * A batch and its objective.
 *
 * @param <E> the type of an example
 */
record Workload<E>(Objective<E> objective, List<E> batch) {
  int tokens() {
    return batch.stream().mapToInt(objective::length).sum();
  }

  PartialLoss partialLoss(Transformer model) {
    PartialLoss partial = objective.partialLoss(model, batch, objective.totals(batch));
    return new PartialLoss(partial.loss(), Map.of());
  }

  /** An objective for a run that alternates between workloads: each batch is one workload. */
  static final class InTurn implements Objective<Workload<?>> {
    @Override
    public int length(Workload<?> workload) {
      return workload.tokens();
    }

    @Override
    public BatchTotals totals(List<Workload<?>> batch) {
      return new BatchTotals(1, 1); // the workload computes its own totals
    }

    @Override
    public PartialLoss partialLoss(
        Transformer model, List<Workload<?>> workloads, BatchTotals totals) {
      return workloads.get(0).partialLoss(model);
    }
  }
}
