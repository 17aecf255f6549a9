/**
 * Training in several processes, each with a copy of the model: {@link
 * dev.palinode.training.distributed.GradientSync} divides batches, adds up gradients and, if asked
 * to, divides the optimiser's state. It knows parameters and gradients, and neither the model nor
 * the trainer.
 */
@NullMarked
package dev.palinode.training.distributed;

import org.jspecify.annotations.NullMarked;
