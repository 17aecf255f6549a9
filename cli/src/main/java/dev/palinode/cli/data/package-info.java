/** The commands of {@code palinode data}, which make training data from files. */
@NullMarked
package dev.palinode.cli.data;

import org.jspecify.annotations.NullMarked;
