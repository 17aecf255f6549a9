/**
 * Benchmarks in which a model continues plain text, and which need no judge: questions with choices
 * by log-likelihood (MMLU), answers that are compared (GSM8K), and perplexity. Prompts, tokens,
 * windows, scores and metrics are those of lm-evaluation-harness, with whose results the tests
 * compare.
 */
@NullMarked
package dev.palinode.evaluation.completion;

import org.jspecify.annotations.NullMarked;
