/**
 * The micro-worlds of the embedded demo and the scripted experiments on them: invented little
 * languages in which a tiny model, trained from scratch in minutes, shows what a method does and
 * what it does not. Nothing in them is harmful outside the world, and nobody in them is real.
 *
 * <p>The safety world is about backtracking: {@link dev.palinode.demo.SafetyWorld} is the grammar,
 * {@link dev.palinode.demo.SafetySplit} what is seen in training and what is held out, {@link
 * dev.palinode.demo.SafetyExperiment} the run from nothing to a table. The PII world is about
 * unlearning and guidance: {@link dev.palinode.demo.PiiWorld}, {@link dev.palinode.demo.PiiSplit},
 * {@link dev.palinode.demo.PiiExperiment}.
 */
@NullMarked
package dev.palinode.demo;

import org.jspecify.annotations.NullMarked;
