/**
 * The safety world, for backtracking: {@link dev.palinode.demo.safety.SafetyWorld} has its grammar
 * and judges, {@link dev.palinode.demo.safety.SafetySplit} the data split, {@link
 * dev.palinode.demo.safety.SafetyData} the training rows, {@link
 * dev.palinode.demo.safety.SafetyExperiment} the world of the experiment; {@code experiment.yaml}
 * has the models and the rows of the table.
 */
@NullMarked
package dev.palinode.demo.safety;

import org.jspecify.annotations.NullMarked;
