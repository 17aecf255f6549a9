/**
 * Text without tokens: folding of look-alike characters, sentences, printable forms, near names.
 */
@NullMarked
package dev.palinode.text;

import org.jspecify.annotations.NullMarked;
