/**
 * Records of data sets: text only, no tokens. A {@link dev.palinode.data.record.SafetyTriple}
 * trains both terms of backtracking SFT, a {@link dev.palinode.data.record.UtilityExample} the
 * first one; a {@link dev.palinode.data.record.PreferencePair} is readable as a triple. Others are
 * evaluation prompts and material for judges.
 *
 * <p>There are three kinds of problems: an invalid <em>file</em> stops the import with a {@link
 * dev.palinode.data.record.DataException} that names file and line; a <em>broken row</em> ({@link
 * dev.palinode.data.record.BrokenRowException}) can be set aside; a well-formed row that cannot be
 * used is <em>dropped</em> and counted under a {@link dev.palinode.data.record.DropReason}. No row
 * is lost silently.
 */
@NullMarked
package dev.palinode.data.record;

import org.jspecify.annotations.NullMarked;
