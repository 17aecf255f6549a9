/**
 * Programs to copy, one per file: what an application that uses the library looks like. Compiled
 * and run in the build, used by nothing.
 */
@NullMarked
package dev.palinode.examples;

import org.jspecify.annotations.NullMarked;
