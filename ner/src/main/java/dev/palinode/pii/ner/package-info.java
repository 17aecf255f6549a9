/**
 * Names in English text and the other entity types of OntoNotes, found by a statistical model.
 * Loading it takes about 20 seconds and 1 GB of memory.
 */
@NullMarked
package dev.palinode.pii.ner;

import org.jspecify.annotations.NullMarked;
