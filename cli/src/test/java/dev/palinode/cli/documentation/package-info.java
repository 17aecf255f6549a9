/**
 * The documentation as its readers use it: commands are parsed and run, programs compiled and run,
 * and shown output is compared with what really comes.
 */
@NullMarked
package dev.palinode.cli.documentation;

import org.jspecify.annotations.NullMarked;
