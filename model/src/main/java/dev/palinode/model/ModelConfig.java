package dev.palinode.model;

/**
 * The shape of a Llama-architecture model, as {@code config.json} states it.
 *
 * @param vocabSize rows of the embedding and of the output head
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the feed-forward layers
 * @param layers number of blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headDim size of one head, even
 * @param contextLength {@code max_position_embeddings}
 * @param normEpsilon {@code rms_norm_eps}
 * @param ropeBase {@code rope_theta}
 * @param ropeScaling how frequencies are stretched
 * @param tiedEmbeddings the output head is the embedding
 */
public record ModelConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int contextLength,
    double normEpsilon,
    double ropeBase,
    RopeScaling ropeScaling,
    boolean tiedEmbeddings) {
  public ModelConfig {
    positive("vocab_size", vocabSize);
    positive("hidden_size", hiddenSize);
    positive("intermediate_size", intermediateSize);
    positive("num_hidden_layers", layers);
    positive("num_attention_heads", heads);
    positive("num_key_value_heads", keyValueHeads);
    positive("head_dim", headDim);
    positive("max_position_embeddings", contextLength);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads "
              + heads
              + " is no multiple of num_key_value_heads "
              + keyValueHeads);
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException("head_dim " + headDim + " is odd: rotary pairs need even");
    }
    if (!(normEpsilon > 0) || !(ropeBase > 1)) {
      throw new IllegalArgumentException(
          "rms_norm_eps " + normEpsilon + " or rope_theta " + ropeBase + " is out of range");
    }
  }

  /** The same model with another number of tokens. */
  public ModelConfig withVocabSize(int size) {
    return new ModelConfig(
        size,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        contextLength,
        normEpsilon,
        ropeBase,
        ropeScaling,
        tiedEmbeddings);
  }

  private static void positive(String field, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(field + " is " + value + ": expected 1 or more");
    }
  }
}
