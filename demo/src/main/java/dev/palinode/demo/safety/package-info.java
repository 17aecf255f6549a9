/**
 * The safety world, which is about backtracking: {@link dev.palinode.demo.safety.SafetyWorld} is
 * the grammar, {@link dev.palinode.demo.safety.SafetySplit} what is seen in training and what is
 * held out, {@link dev.palinode.demo.safety.SafetyData} the rows that are written, {@link
 * dev.palinode.demo.safety.SafetyExperiment} the run from nothing to a table.
 */
@NullMarked
package dev.palinode.demo.safety;

import org.jspecify.annotations.NullMarked;
