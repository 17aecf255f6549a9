/**
 * Training data that replaces personal data (Smirnov, Classifier-free guidance in LLMs Safety,
 * 2024, section 3).
 *
 * <p>Dialogues are first split into those to train on and those to test with ({@link
 * dev.palinode.data.rewrite.DialogueSplit}). Each mention of personal data in an answer gives one
 * sample: the answer is cut at the mention ({@link dev.palinode.data.rewrite.TruncatedAnswer});
 * what followed is the rejected completion, and a model that is told to be discreet ({@link
 * dev.palinode.data.rewrite.PrivacyInstruction}) writes the chosen one ({@link
 * dev.palinode.data.rewrite.CompletionGenerator}; {@link
 * dev.palinode.data.rewrite.CachedCompletionGenerator} keeps what was written). What still holds
 * personal data is dropped ({@link dev.palinode.data.rewrite.ReplacementPairs}), and counted
 * ({@link dev.palinode.data.rewrite.ReplacementReport}).
 */
@NullMarked
package dev.palinode.data.rewrite;

import org.jspecify.annotations.NullMarked;
