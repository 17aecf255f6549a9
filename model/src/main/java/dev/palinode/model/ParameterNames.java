package dev.palinode.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The names of a Llama model's weights in Hugging Face checkpoints, with their shapes. */
final class ParameterNames {
  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  private ParameterNames() {}

  static String layer(int layer, String part) {
    return "model.layers." + layer + "." + part + ".weight";
  }

  /** Every weight of such a model, in the order of the computation. */
  static Map<String, long[]> shapes(ModelConfig config) {
    long vocab = config.vocabSize();
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.keyValueHeads() * config.headDim();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, new long[] {vocab, hidden});
    for (int i = 0; i < config.layers(); i++) {
      shapes.put(layer(i, "input_layernorm"), new long[] {hidden});
      shapes.put(layer(i, "self_attn.q_proj"), new long[] {queries, hidden});
      shapes.put(layer(i, "self_attn.k_proj"), new long[] {keys, hidden});
      shapes.put(layer(i, "self_attn.v_proj"), new long[] {keys, hidden});
      shapes.put(layer(i, "self_attn.o_proj"), new long[] {hidden, queries});
      shapes.put(layer(i, "post_attention_layernorm"), new long[] {hidden});
      shapes.put(layer(i, "mlp.gate_proj"), new long[] {inner, hidden});
      shapes.put(layer(i, "mlp.up_proj"), new long[] {inner, hidden});
      shapes.put(layer(i, "mlp.down_proj"), new long[] {hidden, inner});
    }
    shapes.put(FINAL_NORM, new long[] {hidden});
    if (!config.tiedEmbeddings()) {
      shapes.put(HEAD, new long[] {vocab, hidden});
    }
    return shapes;
  }
}
