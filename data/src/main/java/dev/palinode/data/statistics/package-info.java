/** Statistics of data sets: records by kind, lengths, and personal data. */
@NullMarked
package dev.palinode.data.statistics;

import org.jspecify.annotations.NullMarked;
