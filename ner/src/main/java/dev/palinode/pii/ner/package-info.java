/**
 * Names in English text: persons, places, organisations and the other entity types of OntoNotes,
 * found by a statistical model.
 *
 * <p>Loading the model takes about 20 seconds and 1 GB of memory; it is loaded on first use.
 */
@NullMarked
package dev.palinode.pii.ner;

import org.jspecify.annotations.NullMarked;
