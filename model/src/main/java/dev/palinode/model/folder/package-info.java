/**
 * Model folders as people handle them: {@link dev.palinode.model.folder.LoadedModel} is a network
 * ready for use, with its tokenizer and the adapters that are switched on; {@link
 * dev.palinode.model.folder.AdapterMerge} writes a model and its adapters as one model; {@link
 * dev.palinode.model.folder.TokenizerSummary} says what a tokenizer is.
 */
@NullMarked
package dev.palinode.model.folder;

import org.jspecify.annotations.NullMarked;
