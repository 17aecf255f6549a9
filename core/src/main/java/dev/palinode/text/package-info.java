/** Text utilities: character folding, sentence boundaries, escaping, edit distance. */
@NullMarked
package dev.palinode.text;

import org.jspecify.annotations.NullMarked;
