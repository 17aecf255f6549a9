package dev.palinode.model.config;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A family of decoder-only transformers, as {@code model_type} in {@code config.json} names it.
 *
 * <p>All are the same network, except for the traits defined here and the numbers in {@link
 * ModelConfig}.
 */
public enum Architecture {
  /** Llama 2 and 3.x, and the many models with the same architecture. */
  LLAMA("llama", "LlamaForCausalLM"),
  /** Llama with a sliding window. */
  MISTRAL("mistral", "MistralForCausalLM"),
  /** Qwen 2 and 2.5: biases on queries, keys and values. */
  QWEN2("qwen2", "Qwen2ForCausalLM"),
  /** Qwen 3: norms on queries and keys. */
  QWEN3("qwen3", "Qwen3ForCausalLM"),
  /** Gemma 2: norms around each part, soft caps, windows in every other layer. */
  GEMMA2("gemma2", "Gemma2ForCausalLM"),
  /** Phi-3 and Phi-4: fused projections. */
  PHI3("phi3", "Phi3ForCausalLM");

  private final String modelType; // in config.json
  private final String className; // in transformers

  Architecture(String modelType, String className) {
    this.modelType = modelType;
    this.className = className;
  }

  public String modelType() {
    return modelType;
  }

  public String className() {
    return className;
  }

  static Architecture of(String type) {
    List<String> known = Arrays.stream(values()).map(Architecture::modelType).toList();
    Validate.isTrue(
        known.contains(type),
        "model_type is \"%s\": expected one of %s",
        type,
        String.join(", ", known));
    return values()[known.indexOf(type)];
  }

  /** Each head's queries and keys pass an RMS norm before the rotary embedding. */
  public boolean normsQueriesAndKeys() {
    return this == QWEN3;
  }

  /** The outputs of attention and feed-forward layers pass a norm too, not only their inputs. */
  public boolean normsOutputs() {
    return this == GEMMA2;
  }

  /** Norms multiply by one plus their weight. */
  public boolean normsAroundOne() {
    return this == GEMMA2;
  }

  /** Embeddings are multiplied by the square root of the hidden size. */
  public boolean scalesEmbeddings() {
    return this == GEMMA2;
  }

  /** The feed-forward gate is a GELU, not a SiLU. */
  public boolean gatesWithGelu() {
    return this == GEMMA2;
  }

  /** On disk, queries, keys and values are one matrix, and so are gate and up. */
  boolean fusesProjections() {
    return this == PHI3;
  }
}
