package dev.palinode.model.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The names of a model's weights in Hugging Face checkpoints, with their shapes. */
public final class ParameterNames {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String FINAL_NORM_MODULE = "model.norm";
  public static final String HEAD = "lm_head.weight";
  public static final String FINAL_NORM = weight(FINAL_NORM_MODULE);

  private ParameterNames() {}

  /** The name of a part of a block, without {@code .weight}. */
  public static String layer(int layer, String part) {
    return "model.layers." + layer + "." + part;
  }

  public static String weight(String module) {
    return module + ".weight";
  }

  public static String bias(String module) {
    return module + ".bias";
  }

  /** A linear layer: its name in a block, its sizes, and whether it has a bias. */
  public record LinearShape(String part, long out, long in, boolean bias) {}

  /** The linear layers of a block, grouped by input. */
  public record BlockShape(
      List<LinearShape> queryKeyValue,
      LinearShape output,
      List<LinearShape> gateUp,
      LinearShape down) {
    List<LinearShape> all() {
      return Stream.of(queryKeyValue, List.of(output), gateUp, List.of(down))
          .flatMap(List::stream)
          .toList();
    }
  }

  public static BlockShape block(ModelConfig config) {
    AttentionConfig attention = config.attention();
    long hidden = config.hiddenSize();
    long inner = config.intermediateSize();
    long queries = (long) attention.heads() * attention.headDim();
    long keys = (long) attention.keyValueHeads() * attention.headDim();
    boolean bias = attention.inputBias();
    boolean innerBias = config.feedForwardBias();
    boolean fused = config.architecture().fusesProjections();
    return new BlockShape(
        fused
            ? List.of(new LinearShape("self_attn.qkv_proj", queries + 2 * keys, hidden, bias))
            : List.of(
                new LinearShape("self_attn.q_proj", queries, hidden, bias),
                new LinearShape("self_attn.k_proj", keys, hidden, bias),
                new LinearShape("self_attn.v_proj", keys, hidden, bias)),
        new LinearShape("self_attn.o_proj", hidden, queries, attention.outputBias()),
        fused
            ? List.of(new LinearShape("mlp.gate_up_proj", 2 * inner, hidden, innerBias))
            : List.of(
                new LinearShape("mlp.gate_proj", inner, hidden, innerBias),
                new LinearShape("mlp.up_proj", inner, hidden, innerBias)),
        new LinearShape("mlp.down_proj", hidden, inner, innerBias));
  }

  /** Every weight, in the order of the computation. */
  public static Map<String, long[]> shapes(ModelConfig config) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, new long[] {config.vocabSize(), config.hiddenSize()});
    for (int layer = 0; layer < config.layers(); layer++) {
      putBlock(shapes, config, layer);
    }
    shapes.put(FINAL_NORM, new long[] {config.hiddenSize()});
    if (!config.tiedEmbeddings()) {
      shapes.put(HEAD, new long[] {config.vocabSize(), config.hiddenSize()});
    }
    return shapes;
  }

  private static void putBlock(Map<String, long[]> shapes, ModelConfig config, int layer) {
    BlockShape block = block(config);
    long hidden = config.hiddenSize();
    putNorm(shapes, layer, "input_layernorm", hidden);
    block.queryKeyValue().forEach(linear -> putLinear(shapes, layer, linear));
    if (config.architecture().normsQueriesAndKeys()) {
      putNorm(shapes, layer, "self_attn.q_norm", config.attention().headDim());
      putNorm(shapes, layer, "self_attn.k_norm", config.attention().headDim());
    }
    putLinear(shapes, layer, block.output());
    putNorm(shapes, layer, "post_attention_layernorm", hidden);
    if (config.architecture().normsOutputs()) {
      putNorm(shapes, layer, "pre_feedforward_layernorm", hidden);
    }
    block.gateUp().forEach(linear -> putLinear(shapes, layer, linear));
    putLinear(shapes, layer, block.down());
    if (config.architecture().normsOutputs()) {
      putNorm(shapes, layer, "post_feedforward_layernorm", hidden);
    }
  }

  private static void putNorm(Map<String, long[]> shapes, int layer, String part, long size) {
    shapes.put(weight(layer(layer, part)), new long[] {size});
  }

  private static void putLinear(Map<String, long[]> shapes, int layer, LinearShape linear) {
    shapes.put(weight(layer(layer, linear.part())), new long[] {linear.out(), linear.in()});
    if (linear.bias()) {
      shapes.put(bias(layer(layer, linear.part())), new long[] {linear.out()});
    }
  }
}
