/**
 * Readers of data files row by row (JSON Lines, JSON, CSV, TSV and Parquet, plain or compressed)
 * and a writer of JSON Lines. {@link dev.palinode.data.file.DataFiles} chooses a reader by file
 * name.
 *
 * <p>There are two kinds of damage. After a <em>broken row</em> ({@link
 * dev.palinode.data.record.BrokenRowException}) the next call continues with the following row. A
 * <em>broken file</em> (any other {@link dev.palinode.data.record.DataException}) ends there; the
 * rows before it have been returned. Memory does not grow with the file.
 */
@NullMarked
package dev.palinode.data.file;

import org.jspecify.annotations.NullMarked;
