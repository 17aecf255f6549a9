/**
 * Training: a {@link dev.palinode.training.Trainer} that trains a model on any {@link
 * dev.palinode.training.objective.Objective}, with its schedule, batches, validation, metrics and
 * checkpoints, in one process or several. It knows no objective by name and reads no configuration;
 * recipes do.
 */
@NullMarked
package dev.palinode.training;

import org.jspecify.annotations.NullMarked;
