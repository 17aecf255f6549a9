/** Output of commands: answers, progress, numbers, errors and exit codes. */
@NullMarked
package dev.palinode.cli.console;

import org.jspecify.annotations.NullMarked;
