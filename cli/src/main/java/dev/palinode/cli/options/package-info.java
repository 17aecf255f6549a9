/** Groups of options that several commands share, and the checks of their values. */
@NullMarked
package dev.palinode.cli.options;

import org.jspecify.annotations.NullMarked;
