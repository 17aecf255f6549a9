/**
 * How a file becomes rows: JSON Lines, JSON, CSV, TSV and Parquet, plain or packed, and the writer
 * of JSON Lines.
 *
 * <p>{@link dev.palinode.data.file.DataFiles} chooses a reader by the name of a file. Each reader
 * is a {@link dev.palinode.data.file.Rows}: one JSON value after the other, with its place. Their
 * meaning is left to {@code dev.palinode.data.format}.
 *
 * <p>Two kinds of damage are kept apart. A <em>broken row</em> ({@link
 * dev.palinode.data.record.BrokenRowException}) has readable ones after it: the next call goes on
 * with them. A <em>broken file</em> (any other {@link dev.palinode.data.record.DataException}) ends
 * there; all that was whole before has been given out. Memory does not grow with the file.
 */
@NullMarked
package dev.palinode.data.file;

import org.jspecify.annotations.NullMarked;
