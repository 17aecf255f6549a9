/**
 * Content that was costly to compute, kept by what it was asked for, so that a run that is repeated
 * or was interrupted asks for nothing twice.
 *
 * <p>A {@link dev.palinode.data.cache.ContentCache} is a file of values that only grows. A {@link
 * dev.palinode.data.cache.ContentKey} is a hash of all that a value depends on, and a {@link
 * dev.palinode.data.cache.ValueFormat} describes how one kind of value is written. Labels of judges
 * are kept in this way (package {@code label}), and what models write (package {@code
 * replacement}).
 */
@NullMarked
package dev.palinode.data.cache;

import org.jspecify.annotations.NullMarked;
