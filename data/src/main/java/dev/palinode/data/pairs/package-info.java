/**
 * Makes training data for backtracking from preference pairs (Zhang et al., ICLR 2025, section
 * 4.1).
 *
 * <p>A preferred answer is not always safe. A judge therefore labels both answers, and a pair with
 * one safe and one unsafe answer becomes a {@link dev.palinode.data.record.SafetyTriple}, whichever
 * of the two was preferred. Prefixes of unsafe answers are not cut here: training samples new ones
 * in each epoch. For other trainers there is {@link dev.palinode.data.pairs.ResetPreferences}.
 */
@NullMarked
package dev.palinode.data.pairs;

import org.jspecify.annotations.NullMarked;
