/**
 * What a text tells of people: finders of personal data, and a guard that lets none of it out.
 *
 * <p>The finders here know data by their form: addresses, numbers with check digits, dates behind
 * words. Names take a model of language, and stand in {@code dev.palinode.entities}.
 */
@NullMarked
package dev.palinode.guard.personal;

import org.jspecify.annotations.NullMarked;
