/**
 * The {@code palinode} command: one class per subcommand, which reads options, calls the library
 * and shows the result. Nothing here computes.
 */
@NullMarked
package dev.palinode.cli;

import org.jspecify.annotations.NullMarked;
