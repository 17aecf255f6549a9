/**
 * Records of data sets: training examples, evaluation prompts and others.
 *
 * <p>In the notation of Zhang et al. (ICLR 2025), {@code x} is a prompt, {@code y+} a safe answer
 * and {@code y-} an unsafe answer:
 *
 * <table>
 *   <caption>The records</caption>
 *   <tr><th>record</th><th>holds</th><th>trains</th></tr>
 *   <tr><td>{@link dev.palinode.data.record.SafetyTriple}</td><td>x, y+, y-</td>
 *       <td>backtracking SFT, both terms</td></tr>
 *   <tr><td>{@link dev.palinode.data.record.UtilityExample}</td><td>x, y</td>
 *       <td>backtracking SFT, first term</td></tr>
 *   <tr><td>{@link dev.palinode.data.record.PreferencePair}</td><td>x, chosen, rejected</td>
 *       <td>preference objectives; readable as a triple</td></tr>
 * </table>
 *
 * <p>Other records are evaluation prompts and material for judges. {@code data.file} reads files as
 * rows, {@code data.format} converts rows to records, and an {@link
 * dev.palinode.data.record.ImportReport} counts the rows. There are three kinds of problems: an
 * invalid <em>file</em> stops the import with a {@link dev.palinode.data.record.DataException} that
 * names file and line; a <em>broken row</em> ({@link dev.palinode.data.record.BrokenRowException})
 * can be set aside; a well-formed <em>row</em> that cannot be used is dropped and counted under a
 * {@link dev.palinode.data.record.DropReason}. No row is lost silently.
 *
 * <p>This package handles text only: no tokens, no tensors, no truncation.
 */
@NullMarked
package dev.palinode.data.record;

import org.jspecify.annotations.NullMarked;
