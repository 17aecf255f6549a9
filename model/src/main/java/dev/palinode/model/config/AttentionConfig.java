package dev.palinode.model.config;

import java.util.List;
import org.apache.commons.lang3.Validate;

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
    Validate.isTrue(
        heads % keyValueHeads == 0,
        "num_attention_heads %s is no multiple of num_key_value_heads %s",
        heads,
        keyValueHeads);
    Validate.isTrue(headDim % 2 == 0, "head_dim %s is odd: rotary pairs need even", headDim);
    Validate.isTrue(
        scale > 0 && scale < Double.POSITIVE_INFINITY,
        "the scale of the attention scores is %s: expected a positive number",
        scale);
    Validate.isTrue(softcap >= 0, "attn_logit_softcapping is %s: expected 0 or more", softcap);
    windows = List.copyOf(windows);
    windows.forEach(
        window -> Validate.isTrue(window >= 0, "sliding_window is %s: expected 1 or more", window));
  }
}
