package dev.palinode.model.config;

import java.util.Collections;
import java.util.List;

/**
 * The attention of a model.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headDim size of one head, even
 * @param scale of the scores
 * @param softcap bound of the scores, 0 for none
 * @param inputBias queries, keys and values have a bias
 * @param outputBias the output projection has a bias
 * @param windows per layer, how many positions back a token sees, itself included; 0 for all
 */
public record AttentionConfig(
    int heads,
    int keyValueHeads,
    int headDim,
    double scale,
    double softcap,
    boolean inputBias,
    boolean outputBias,
    List<Integer> windows) {
  public AttentionConfig {
    ModelConfig.positive("num_attention_heads", heads);
    ModelConfig.positive("num_key_value_heads", keyValueHeads);
    ModelConfig.positive("head_dim", headDim);
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
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "the scale of the attention scores is " + scale + ": expected a positive number");
    }
    if (!(softcap >= 0)) {
      throw new IllegalArgumentException(
          "attn_logit_softcapping is " + softcap + ": expected 0 or more");
    }
    windows = List.copyOf(windows);
    windows.stream()
        .filter(window -> window < 0)
        .forEach(
            window -> {
              throw new IllegalArgumentException(
                  "sliding_window is " + window + ": expected 1 or more");
            });
  }

  /** Attention as in Llama: all positions, no bias, scale {@code 1 / sqrt(headDim)}. */
  public static AttentionConfig plain(int heads, int keyValueHeads, int headDim, int layers) {
    return new AttentionConfig(
        heads,
        keyValueHeads,
        headDim,
        1 / Math.sqrt(headDim),
        0,
        false,
        false,
        Collections.nCopies(layers, 0));
  }
}
