/**
 * Makes training data in which personal data is replaced (Smirnov, Classifier-free guidance in LLMs
 * Safety, 2024, section 3).
 *
 * <p>Dialogues are first split into training and test dialogues ({@link
 * dev.palinode.data.rewrite.DialogueSplit}). Each mention of personal data in an answer gives one
 * pair: the answer is truncated at the mention ({@link dev.palinode.data.rewrite.TruncatedAnswer}).
 * The original rest is the rejected completion. A model that is instructed to avoid personal data
 * ({@link dev.palinode.data.rewrite.PrivacyInstruction}) writes the chosen completion ({@link
 * dev.palinode.data.rewrite.CompletionGenerator}, with the cache {@link
 * dev.palinode.data.rewrite.CachedCompletionGenerator}). Completions that still contain personal
 * data are dropped ({@link dev.palinode.data.rewrite.ReplacementPairs}) and counted ({@link
 * dev.palinode.data.rewrite.ReplacementReport}).
 */
@NullMarked
package dev.palinode.data.rewrite;

import org.jspecify.annotations.NullMarked;
