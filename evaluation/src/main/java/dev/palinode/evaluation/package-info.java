/**
 * Measuring models: counts that carry their uncertainty, and the tables that show them.
 *
 * <p>A rate is never a bare number here: a {@link dev.palinode.evaluation.Proportion} keeps
 * successes and trials, so that sets can be pooled and a 95% interval stands beside each rate. A
 * {@link dev.palinode.evaluation.TextTable} lays results out for a terminal or for Markdown.
 */
@NullMarked
package dev.palinode.evaluation;

import org.jspecify.annotations.NullMarked;
