/**
 * Makes training data for backtracking from preference pairs (Zhang et al., ICLR 2025, section
 * 4.1).
 *
 * <p>A preferred answer is not always safe. A judge therefore labels both answers, and a pair with
 * one safe and one unsafe answer becomes a {@link dev.palinode.data.record.SafetyTriple}, whichever
 * of the two was preferred. {@link dev.palinode.data.pairs.PairReport} counts kept and dropped
 * pairs and shows examples. Utility data is mixed in at a given ratio ({@link
 * dev.palinode.data.pairs.UtilityMixture}).
 *
 * <p>Prefixes of unsafe answers are not cut here: training samples new ones in each epoch. For
 * trainers that cannot do this, {@link dev.palinode.data.pairs.ResetPreferences} makes the pairs of
 * backtracking DPO as text.
 */
@NullMarked
package dev.palinode.data.pairs;

import org.jspecify.annotations.NullMarked;
