/** Safetensors files: read by mapping them into memory, written tensor by tensor. */
@NullMarked
package dev.palinode.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
