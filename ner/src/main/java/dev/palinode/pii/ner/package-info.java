/** Names in English text and the other entity types of OntoNotes, found by a statistical model. */
@NullMarked
package dev.palinode.pii.ner;

import org.jspecify.annotations.NullMarked;
