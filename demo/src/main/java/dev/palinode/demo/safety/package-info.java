/**
 * The safety world, which is about backtracking: {@link dev.palinode.demo.safety.SafetyWorld} is
 * the grammar, {@link dev.palinode.demo.safety.SafetySplit} what is seen in training and what is
 * held out, {@link dev.palinode.demo.safety.SafetyData} the rows that are written, {@link
 * dev.palinode.demo.safety.SafetyExperiment} what the world brings to its experiment; {@code
 * experiment.yaml} has the models and the rows of the table.
 */
@NullMarked
package dev.palinode.demo.safety;

import org.jspecify.annotations.NullMarked;
