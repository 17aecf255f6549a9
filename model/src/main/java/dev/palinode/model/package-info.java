/**
 * Models with tokenizer and adapters: {@link dev.palinode.model.LoadedModel} opens a Hugging Face
 * folder, ready to chat; {@link dev.palinode.model.AdapterMerge} writes a model and its adapters as
 * one model.
 *
 * <p>Subpackages: {@code config} reads {@code config.json}, {@code network} is the transformer,
 * {@code decoding} has its KV cache and batches, {@code checkpoint} its files, {@code lora} its
 * adapters.
 */
@NullMarked
package dev.palinode.model;

import org.jspecify.annotations.NullMarked;
