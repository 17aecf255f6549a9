/**
 * Names in English text: persons, places, organisations and what else the OntoNotes corpus marks,
 * found by a statistical model.
 *
 * <p>The model takes some 20 seconds and 1 GB to load. Nothing is loaded before it is asked for.
 */
@NullMarked
package dev.palinode.pii.ner;

import org.jspecify.annotations.NullMarked;
