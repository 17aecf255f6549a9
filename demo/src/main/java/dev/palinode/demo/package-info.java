/**
 * What the embedded demo's experiments share. In each, an invented little language, its world,
 * writes an untrained model and data as files; the recipes that users run train tiny models on them
 * in minutes; and exact judges show what a method does and what it does not. Nothing in these
 * worlds is harmful outside of them, and nobody in them is real.
 *
 * <p>{@link dev.palinode.demo.Experiment} runs all models of all seeds that {@link
 * dev.palinode.demo.ExperimentFile} names, {@link dev.palinode.demo.SeedFolder} is what one seed
 * reads and writes, {@link dev.palinode.demo.Results} counts answers.
 */
@NullMarked
package dev.palinode.demo;

import org.jspecify.annotations.NullMarked;
