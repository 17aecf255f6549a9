/**
 * What was costly to ask for, kept by what it was asked about, so that a run that is repeated or
 * was interrupted asks for nothing twice.
 *
 * <p>A {@link dev.palinode.data.cache.ContentCache} is a file of values that only grows. A {@link
 * dev.palinode.data.cache.ContentKey} is a hash of all that a value hangs on, and a {@link
 * dev.palinode.data.cache.ValueFormat} says how one kind of value is written. Labels of judges are
 * kept so (package {@code label}), and what models write (package {@code replacement}).
 */
@NullMarked
package dev.palinode.data.cache;

import org.jspecify.annotations.NullMarked;
