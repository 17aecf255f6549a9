/**
 * Checkpoints as Hugging Face writes them: safetensors shards and their index, opened, summarised,
 * written, and subtracted from each other (task vectors).
 */
@NullMarked
package dev.palinode.model.checkpoint;

import org.jspecify.annotations.NullMarked;
