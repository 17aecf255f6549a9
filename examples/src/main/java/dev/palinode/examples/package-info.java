/**
 * Small programs to copy, one per file, which show how an application uses the library. Compiled
 * and run in the build, not used by other modules.
 */
@NullMarked
package dev.palinode.examples;

import org.jspecify.annotations.NullMarked;
