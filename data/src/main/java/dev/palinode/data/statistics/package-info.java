/** What a data set is like: how many records of which kind, how long, with which personal data. */
@NullMarked
package dev.palinode.data.statistics;

import org.jspecify.annotations.NullMarked;
