/**
 * Row formats, which convert rows to records: one {@link dev.palinode.data.format.RowFormat} for
 * each layout of published data sets, and one for the rows that Palinode writes. {@link
 * dev.palinode.data.format.Formats} finds a format by name, or detects it from a file's first rows.
 * {@link dev.palinode.data.format.RecordFiles} reads whole files.
 */
@NullMarked
package dev.palinode.data.format;

import org.jspecify.annotations.NullMarked;
