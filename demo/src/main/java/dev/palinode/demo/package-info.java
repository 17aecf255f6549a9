/**
 * Common parts of the demo's experiments. In each, a micro-world (a small invented language) writes
 * an untrained model and data as files; the recipes that users run train tiny models on them in
 * minutes; and exact judges measure the effect of a method. Nothing in these worlds is harmful
 * outside of them, and no person in them is real.
 *
 * <p>{@link dev.palinode.demo.Experiment} runs all models of all seeds that {@link
 * dev.palinode.demo.ExperimentFile} names, {@link dev.palinode.demo.SeedFolder} holds the files of
 * one seed, {@link dev.palinode.demo.SeedEvaluation} has its models answer, {@link
 * dev.palinode.demo.Results} counts answers.
 */
@NullMarked
package dev.palinode.demo;

import org.jspecify.annotations.NullMarked;
