/**
 * Personal data in text: finders, and a guard that releases none of it.
 *
 * <p>The finders here recognise data by its form: addresses, numbers with check digits, dates after
 * certain words. Names need a language model, which an optional {@link
 * dev.palinode.pii.NameFinderProvider} loads.
 */
@NullMarked
package dev.palinode.pii;

import org.jspecify.annotations.NullMarked;
