/**
 * Personal data in text: finders that recognise data by rules, and a guard that releases none of
 * it. Names need a language model, which a {@link dev.palinode.pii.NameFinderProvider} loads.
 */
@NullMarked
package dev.palinode.pii;

import org.jspecify.annotations.NullMarked;
