/**
 * Cache of results that are costly to compute, so that a repeated or resumed run computes nothing
 * twice.
 *
 * <p>A {@link dev.palinode.data.cache.ContentCache} is an append-only file of values. A {@link
 * dev.palinode.data.cache.ContentKey} is a hash of everything that a value depends on, and a {@link
 * dev.palinode.data.cache.ValueFormat} describes how one kind of value is written. Cached are
 * labels of judges (package {@code labeling}) and completions of models (package {@code rewrite}).
 */
@NullMarked
package dev.palinode.data.cache;

import org.jspecify.annotations.NullMarked;
