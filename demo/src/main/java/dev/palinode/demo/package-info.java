/**
 * The micro-world of the embedded demo and the scripted experiment on it: an invented little
 * language in which a tiny model, trained from scratch in minutes, shows what backtracking does and
 * what it does not. Nothing in it is harmful outside the world.
 *
 * <p>{@link dev.palinode.demo.SafetyWorld} is the grammar, {@link dev.palinode.demo.SafetySplit}
 * what is seen in training and what is held out, {@link dev.palinode.demo.SafetyExperiment} the run
 * from nothing to a table.
 */
@NullMarked
package dev.palinode.demo;

import org.jspecify.annotations.NullMarked;
