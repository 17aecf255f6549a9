/**
 * Training data: what an example is, and how files become examples.
 *
 * <p>With the letters of Zhang et al. (ICLR 2025), {@code x} a prompt, {@code y+} a safe answer and
 * {@code y-} an unsafe one:
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
 * <p>Beside training data there are records of evaluation prompts, and of material for judges.
 * {@code data.file} turns files into rows, {@code data.format} rows into records; an {@link
 * dev.palinode.data.record.ImportReport} says what became of the rows. Three kinds of trouble are
 * kept apart: a <em>file</em> that cannot be what it should be stops the import with a {@link
 * dev.palinode.data.record.DataException} that names file and line; a <em>broken row</em> ({@link
 * dev.palinode.data.record.BrokenRowException}) can be put aside; a well-formed <em>row</em> that
 * cannot be used is dropped and counted under a {@link dev.palinode.data.record.DropReason}.
 * Nothing disappears silently.
 *
 * <p>Text stays text here: no tokens, no tensors, no truncation.
 */
@NullMarked
package dev.palinode.data.record;

import org.jspecify.annotations.NullMarked;
