/**
 * Texts that are in a data set twice, or in training data although they are to measure with.
 *
 * <p>Everything here works on plain texts. {@link dev.palinode.data.overlap.Words} defines what
 * counts as the same text: it reads a text once, into hashes of its words, and all questions are
 * answered from these.
 *
 * <ul>
 *   <li>{@link dev.palinode.data.overlap.NearDuplicates}: the same words in the same order, or
 *       almost the same, by the share of word n-grams in common, without comparing every text with
 *       every other.
 *   <li>{@link dev.palinode.data.overlap.EvaluationPrompts}: the prompts of benchmarks, as
 *       fingerprints, and whether a text has one of them in it. Those of public benchmarks come
 *       with this module; {@link dev.palinode.data.overlap.FingerprintFile} reads and writes
 *       others.
 * </ul>
 *
 * <p>Nothing here knows files of training data, records or their fields.
 */
@NullMarked
package dev.palinode.data.overlap;

import org.jspecify.annotations.NullMarked;
