/**
 * Labels of answers: what judges say of data, kept so that nothing is asked twice.
 *
 * <p>A {@link dev.palinode.data.label.LabelCache} opens a file of verdicts by content, a {@link
 * dev.palinode.data.label.CachedJudge} puts it before a judge, and {@link
 * dev.palinode.data.label.OrderedLabelling} asks a slow judge about many rows at once and hands
 * them on in their order.
 */
@NullMarked
package dev.palinode.data.label;

import org.jspecify.annotations.NullMarked;
