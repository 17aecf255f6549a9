/**
 * Decoder-only transformers: {@link dev.palinode.model.network.Transformer} and its blocks, for
 * training and for decoding.
 */
@NullMarked
package dev.palinode.model.network;

import org.jspecify.annotations.NullMarked;
