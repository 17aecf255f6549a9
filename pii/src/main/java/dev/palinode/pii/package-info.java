/**
 * Data about people in a text: finders of personal data, and a guard that lets none of it out.
 *
 * <p>The finders here know data by their form: addresses, numbers with check digits, dates after
 * words. Names take a model of language: {@link dev.palinode.pii.NameFinderProvider} brings it, if
 * it is there.
 */
@NullMarked
package dev.palinode.pii;

import org.jspecify.annotations.NullMarked;
