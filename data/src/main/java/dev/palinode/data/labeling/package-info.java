/**
 * Labelling of answers by judges, with a cache of verdicts.
 *
 * <p>A {@link dev.palinode.data.labeling.LabelCache} opens a cache file of verdicts, a {@link
 * dev.palinode.data.labeling.CachedJudge} uses it for a judge, and {@link
 * dev.palinode.data.labeling.OrderedLabelling} runs a slow judge on many rows concurrently and
 * keeps their order.
 */
@NullMarked
package dev.palinode.data.labeling;

import org.jspecify.annotations.NullMarked;
