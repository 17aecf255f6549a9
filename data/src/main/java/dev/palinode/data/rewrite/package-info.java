/**
 * Makes training data in which personal data is replaced (Smirnov, Classifier-free guidance in LLMs
 * Safety, 2024, section 3): an answer is truncated at each mention of personal data, the original
 * rest is the rejected completion, and a model writes the chosen one ({@link
 * dev.palinode.data.rewrite.ReplacementPairs}).
 */
@NullMarked
package dev.palinode.data.rewrite;

import org.jspecify.annotations.NullMarked;
