/** Judges: word lists, Llama Guard and instructed models, local or served. */
@NullMarked
package dev.palinode.judge;

import org.jspecify.annotations.NullMarked;
