/**
 * Labels of answers: what judges say of data, kept so that nothing is asked twice.
 *
 * <p>A {@link dev.palinode.data.labeling.LabelCache} opens a file of verdicts by content, a {@link
 * dev.palinode.data.labeling.CachedJudge} puts it before a judge, and {@link
 * dev.palinode.data.labeling.OrderedLabelling} asks a slow judge about many rows at once and hands
 * them on in their order.
 */
@NullMarked
package dev.palinode.data.labeling;

import org.jspecify.annotations.NullMarked;
