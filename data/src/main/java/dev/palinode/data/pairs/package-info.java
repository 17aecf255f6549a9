/**
 * Training data for backtracking, made of preferences (Zhang et al., ICLR 2025, section 4.1).
 *
 * <p>A preference says which of two answers somebody liked better, not that it is safe: a judge
 * labels both, and a pair with one safe and one unsafe answer becomes a {@link
 * dev.palinode.data.record.SafetyTriple}, whichever of the two was preferred. What was kept and
 * dropped is counted and shown by examples ({@link dev.palinode.data.pairs.PairReport}). Utility
 * data is mixed in at a stated ratio ({@link dev.palinode.data.pairs.UtilityMixture}).
 *
 * <p>Prefixes of unsafe answers are not cut here: training cuts them anew in every epoch, by its
 * seed. For trainers that cannot, {@link dev.palinode.data.pairs.ResetPreferences} writes the pairs
 * of backtracking DPO as text.
 */
@NullMarked
package dev.palinode.data.pairs;

import org.jspecify.annotations.NullMarked;
