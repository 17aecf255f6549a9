/** The commands of {@code palinode data}: from files to training data. */
@NullMarked
package dev.palinode.cli.data;

import org.jspecify.annotations.NullMarked;
