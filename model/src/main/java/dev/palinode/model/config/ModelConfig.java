package dev.palinode.model.config;

import java.util.Map;

/**
 * The shape of a decoder-only transformer, as in {@code config.json}.
 *
 * @param architecture the family
 * @param vocabSize rows of the embedding and of the output head
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layers
 * @param layers number of blocks
 * @param contextLength the most tokens that a sequence may hold
 * @param normEpsilon {@code rms_norm_eps}
 * @param tiedEmbeddings the output head is the embedding
 * @param feedForwardBias the feed-forward layers have biases
 * @param logitSoftcap bound of the logits, 0 for none
 * @param attention its attention
 * @param rotary its rotary position embedding
 */
public record ModelConfig(
    Architecture architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int contextLength,
    double normEpsilon,
    boolean tiedEmbeddings,
    boolean feedForwardBias,
    double logitSoftcap,
    AttentionConfig attention,
    RotaryConfig rotary) {
  public ModelConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", layers);
    positive("max_position_embeddings", contextLength);
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException(
          "rms_norm_eps is " + normEpsilon + ": expected a positive number");
    }
    if (!(logitSoftcap >= 0)) {
      throw new IllegalArgumentException(
          "final_logit_softcapping is " + logitSoftcap + ": expected 0 or more");
    }
    if (attention.windows().size() != layers) {
      throw new IllegalArgumentException(
          "layer_types has "
              + attention.windows().size()
              + " entries: expected num_hidden_layers, "
              + layers);
    }
    int turned = rotary.dimensions(attention.headDim());
    if (turned < 2 || turned % 2 != 0) {
      throw new IllegalArgumentException(
          "partial_rotary_factor "
              + rotary.fraction()
              + " turns "
              + turned
              + " dimensions of a head: expected an even number");
    }
    rotary.scaling().requireFits(turned);
  }

  /** A Llama model without sliding window, with tied embeddings. */
  public static ModelConfig llama(
      int vocabSize,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int contextLength) {
    if (heads < 1 || hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hidden_size " + hiddenSize + " is no multiple of num_attention_heads " + heads);
    }
    return new ModelConfig(
        Architecture.LLAMA,
        vocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        contextLength,
        1e-5,
        true,
        false,
        0,
        AttentionConfig.plain(heads, keyValueHeads, hiddenSize / heads, Math.max(1, layers)),
        RotaryConfig.plain(10_000));
  }

  /** The same model with another number of tokens. */
  public ModelConfig withVocabSize(int size) {
    return with(size, contextLength);
  }

  /** The same model for sequences of another length. */
  public ModelConfig withContextLength(int length) {
    return with(vocabSize, length);
  }

  private ModelConfig with(int tokens, int context) {
    return new ModelConfig(
        architecture,
        tokens,
        hiddenSize,
        intermediateSize,
        layers,
        context,
        normEpsilon,
        tiedEmbeddings,
        feedForwardBias,
        logitSoftcap,
        attention,
        rotary);
  }

  static void positive(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " is " + value + ": expected 1 or more");
    }
  }

  /** Number of weights. */
  public long parameterCount() {
    return ParameterNames.parameterCount(this);
  }

  /** The linear layers of all blocks by name, without {@code .weight}, each {@code {out, in}}. */
  public Map<String, long[]> linearLayers() {
    return ParameterNames.linearLayers(this);
  }
}
