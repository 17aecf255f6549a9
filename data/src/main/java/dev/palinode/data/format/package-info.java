/**
 * Row formats, which convert rows to records: one {@link dev.palinode.data.format.RowFormat} for
 * each layout of published data sets, and one for the rows that Palinode writes.
 *
 * <p>{@link dev.palinode.data.format.Formats} finds a format by name, or detects it from a file's
 * first rows. A {@link dev.palinode.data.format.ColumnMapping} maps the columns of other layouts.
 * {@link dev.palinode.data.format.RecordFiles} reads whole files.
 *
 * <p>A well-formed row that cannot be used is dropped and counted under a {@link
 * dev.palinode.data.record.DropReason}; a row that violates its format is a {@link
 * dev.palinode.data.record.BrokenRowException}. No row is lost silently.
 */
@NullMarked
package dev.palinode.data.format;

import org.jspecify.annotations.NullMarked;
