/** Automatic differentiation: gradients, hooks on them, gradient checkpointing, and AdamW. */
@NullMarked
package dev.palinode.tensor.autograd;

import org.jspecify.annotations.NullMarked;
