/**
 * Data-parallel training in several processes, each with a replica of the model: {@link
 * dev.palinode.training.distributed.GradientSync} splits batches, sums gradients and optionally
 * shards the optimiser state. It knows parameters and gradients, but neither the model nor the
 * trainer.
 */
@NullMarked
package dev.palinode.training.distributed;

import org.jspecify.annotations.NullMarked;
