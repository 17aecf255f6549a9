package dev.palinode.model.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.Validate;

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
    Validate.isTrue(normEpsilon > 0, "rms_norm_eps is %s: expected a positive number", normEpsilon);
    Validate.isTrue(
        logitSoftcap >= 0, "final_logit_softcapping is %s: expected 0 or more", logitSoftcap);
    Validate.isTrue(
        attention.windows().size() == layers,
        "layer_types has %s entries: expected num_hidden_layers, %s",
        attention.windows().size(),
        layers);
    int turned = rotary.dimensions(attention.headDim());
    Validate.isTrue(
        turned >= 2 && turned % 2 == 0,
        "partial_rotary_factor %s turns %s dimensions of a head: expected an even number",
        rotary.fraction(),
        turned);
    rotary.scaling().requireFits(turned);
  }

  /** Numbers that a KV cache holds for one token, in all layers together. */
  public long cacheNumbersPerToken() {
    return 2L * layers * attention.keyValueHeads() * attention.headDim();
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
    Validate.isTrue(
        heads >= 1 && hiddenSize % heads == 0,
        "hidden_size %s is no multiple of num_attention_heads %s",
        hiddenSize,
        heads);
    int headDim = hiddenSize / heads;
    List<Integer> windows = Collections.nCopies(Math.max(1, layers), 0);
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
        new AttentionConfig(
            heads, keyValueHeads, headDim, 1 / Math.sqrt(headDim), 0, false, false, windows),
        new RotaryConfig(10_000, 1, new RopeScaling.None()));
  }

  /** The same model with another number of tokens, and for sequences of another length. */
  public ModelConfig with(int newVocabSize, int newContextLength) {
    return new ModelConfig(
        architecture,
        newVocabSize,
        hiddenSize,
        intermediateSize,
        layers,
        newContextLength,
        normEpsilon,
        tiedEmbeddings,
        feedForwardBias,
        logitSoftcap,
        attention,
        rotary);
  }

  static void positive(String field, int value) {
    Validate.isTrue(value >= 1, "%s is %s: expected 1 or more", field, value);
  }

  /** Number of weights. */
  public long parameterCount() {
    return ParameterNames.shapes(this).values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** Number of weights that one decoding step multiplies by: all matrices and the output head. */
  public long matrixElements() {
    return linearLayers().values().stream().mapToLong(shape -> shape[0] * shape[1]).sum()
        + headElements();
  }

  /** Number of weights of the output head. */
  public long headElements() {
    return (long) vocabSize * hiddenSize;
  }

  /** The linear layers of all blocks by name, without {@code .weight}, each {@code {out, in}}. */
  public Map<String, long[]> linearLayers() {
    Map<String, long[]> all = new LinkedHashMap<>();
    for (int layer = 0; layer < layers; layer++) {
      for (ParameterNames.LinearShape linear : ParameterNames.block(this).all()) {
        all.put(ParameterNames.layer(layer, linear.part()), new long[] {linear.out(), linear.in()});
      }
    }
    return all;
  }

  /** The modules of a block's linear layers, such as {@code q_proj}. */
  public List<String> linearModules() {
    return ParameterNames.block(this).all().stream().map(linear -> module(linear.part())).toList();
  }

  /** The last part of a layer's name. */
  public static String module(String layer) {
    return layer.substring(layer.lastIndexOf('.') + 1);
  }
}
