/**
 * LoRA adapters (Hu et al., 2022) in PEFT's format: the changes of a fine-tuning run, stored apart
 * from the model, in megabytes instead of gigabytes. {@link dev.palinode.model.lora.PeftFolder}
 * reads and writes them, {@link dev.palinode.model.lora.LoraAdapter} computes with them and merges
 * them; {@link dev.palinode.model.network.Transformer#useAdapters} switches them on and off.
 */
@NullMarked
package dev.palinode.model.lora;

import org.jspecify.annotations.NullMarked;
