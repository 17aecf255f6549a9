/**
 * How a row becomes a record: one {@link dev.palinode.data.format.RowFormat} for each layout in
 * which data sets are published, and one for the rows that Palinode itself writes.
 *
 * <p>{@link dev.palinode.data.format.Formats} knows them by name and recognises them by the shape
 * of a file's first rows; a {@link dev.palinode.data.format.ColumnMapping} says which columns are
 * what where none fits. {@link dev.palinode.data.format.RecordFiles} reads whole files.
 *
 * <p>A row that is well-formed but cannot be used is dropped and counted under a {@link
 * dev.palinode.data.record.DropReason}; one that is not what its format says is a {@link
 * dev.palinode.data.record.BrokenRowException}. Nothing disappears silently.
 */
@NullMarked
package dev.palinode.data.format;

import org.jspecify.annotations.NullMarked;
