/**
 * Training data that replaces personal data (Smirnov, Classifier-free guidance in LLMs Safety,
 * 2024, section 3).
 *
 * <p>Dialogues are first split into those to train on and those to test with ({@link
 * dev.palinode.data.replacement.DialogueSplit}). Each mention of personal data in an answer gives
 * one sample: the answer is cut at the mention ({@link dev.palinode.data.replacement.CutAnswer});
 * what followed is the rejected completion, and a model that is told to be discreet ({@link
 * dev.palinode.data.replacement.Discretion}) writes the chosen one ({@link
 * dev.palinode.data.replacement.AnswerWriter}; {@link
 * dev.palinode.data.replacement.CachedAnswerWriter} keeps what was written). What still holds
 * personal data is dropped ({@link dev.palinode.data.replacement.ReplacementPairs}), and counted
 * ({@link dev.palinode.data.replacement.ReplacementReport}).
 */
@NullMarked
package dev.palinode.data.replacement;

import org.jspecify.annotations.NullMarked;
