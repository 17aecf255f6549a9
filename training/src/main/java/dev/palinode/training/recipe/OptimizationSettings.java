package dev.palinode.training.recipe;

import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.training.LearningRateSchedule;
import dev.palinode.training.Trainer;
import dev.palinode.training.WeightDecay;

/**
 * Optimisation settings of a recipe: AdamW with a learning rate schedule.
 *
 * @param epochs passes over the data
 * @param batchSize examples per step, over all processes
 * @param learningRate peak of the schedule
 * @param schedule shape of the decay after the warm-up
 * @param warmupRatio fraction of the steps that warm up
 * @param minLrRatio final learning rate as a fraction of the peak
 * @param weightDecay of matrices; norms and biases do not decay
 * @param adamBeta1 of AdamW
 * @param adamBeta2 of AdamW
 * @param maxGradNorm gradients are clipped to this norm
 * @param microBatchTokens padded tokens per forward pass: bounds memory, changes no result
 * @param seed of data order, prefix lengths, adapter weights and dropout
 */
record OptimizationSettings(
    int epochs,
    int batchSize,
    double learningRate,
    LearningRateSchedule.Shape schedule,
    double warmupRatio,
    double minLrRatio,
    double weightDecay,
    double adamBeta1,
    double adamBeta2,
    double maxGradNorm,
    int microBatchTokens,
    long seed) {
  OptimizationSettings {
    new Checks()
        .require(epochs >= 1, "epochs", epochs, "1 or more")
        .require(batchSize >= 1, "batch_size", batchSize, "1 or more")
        .require(learningRate > 0, "learning_rate", learningRate, "above 0")
        .require(
            warmupRatio >= 0 && warmupRatio < 1,
            "warmup_ratio",
            warmupRatio,
            "a fraction of the steps, 0 to below 1")
        .require(
            minLrRatio >= 0 && minLrRatio <= 1,
            "min_lr_ratio",
            minLrRatio,
            "a fraction of the peak, 0 to 1")
        .require(weightDecay >= 0, "weight_decay", weightDecay, "0 or more")
        .require(adamBeta1 >= 0 && adamBeta1 < 1, "adam_beta1", adamBeta1, "0 to below 1")
        .require(adamBeta2 >= 0 && adamBeta2 < 1, "adam_beta2", adamBeta2, "0 to below 1")
        .require(maxGradNorm > 0, "max_grad_norm", maxGradNorm, "above 0")
        .require(microBatchTokens >= 1, "micro_batch_tokens", microBatchTokens, "1 or more")
        .done();
  }

  Trainer trainer(int steps, ModelSettings model) {
    return new Trainer(
        new Trainer.Settings(
            new LearningRateSchedule(
                schedule, learningRate, (int) Math.round(warmupRatio * steps), steps, minLrRatio),
            new AdamW.Settings(adamBeta1, adamBeta2, 1e-8),
            new WeightDecay(weightDecay, false),
            maxGradNorm,
            microBatchTokens,
            model.precision(),
            seed));
  }
}
