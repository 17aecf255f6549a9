/** Cache of costly results: labels of judges, and completions of models. */
@NullMarked
package dev.palinode.data.cache;

import org.jspecify.annotations.NullMarked;
