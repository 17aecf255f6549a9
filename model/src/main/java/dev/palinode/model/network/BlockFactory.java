package dev.palinode.model.network;

import dev.palinode.model.config.Architecture;
import dev.palinode.model.config.AttentionConfig;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.model.config.ParameterNames.LinearShape;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Linear;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds the parts of a network from its weights, unchanged for training, or in the fastest form
 * for inference, and owns them.
 */
final class BlockFactory implements AutoCloseable {
  private final ModelConfig config;
  private final Function<String, Tensor> source;
  private final @Nullable WeightType weightType; // null: unchanged
  private final Device device;
  private final Map<String, Runnable> made = new LinkedHashMap<>(); // frees each part, by name

  /**
   * @param source of the weights; they belong to the innermost scope or to the source
   * @param weightType for inference, when only the embedding and norms may share memory with the
   *     source; null for training, when every layer computes with the source's tensors
   */
  BlockFactory(
      ModelConfig config,
      Function<String, Tensor> source,
      @Nullable WeightType weightType,
      Device device) {
    this.config = config;
    this.source = source;
    this.weightType = weightType;
    this.device = device;
  }

  /** Frees all parts. */
  @Override
  public void close() {
    made.values().forEach(Runnable::run);
    made.clear();
  }

  /** Takes a part over; one of the same name is freed. */
  private void own(String name, Runnable free) {
    Runnable former = made.put(name, free);
    if (former != null) {
      former.run();
    }
  }

  /** The embedding, in its stored type. */
  Tensor embedding() {
    Tensor table = source.apply(ParameterNames.EMBEDDING);
    return kept("embedding", weightType == null ? table : table.to(device));
  }

  RotaryEmbedding rotary(DType type) {
    RotaryEmbedding rotary = new RotaryEmbedding(config, type, device);
    own("rotary", rotary::close);
    return rotary;
  }

  private Tensor kept(String name, Tensor tensor) {
    own(name, tensor.retain()::close);
    return tensor;
  }

  Block block(int layer) {
    ParameterNames.BlockShape shape = ParameterNames.block(config);
    AttentionConfig attention = config.attention();
    Architecture architecture = config.architecture();
    boolean outputs = architecture.normsOutputs();
    boolean heads = architecture.normsQueriesAndKeys();
    long queries = (long) attention.heads() * attention.headDim();
    long keys = (long) attention.keyValueHeads() * attention.headDim();
    long inner = config.intermediateSize();
    return new Block(
        norm(ParameterNames.layer(layer, "input_layernorm")),
        projection(layer, shape.queryKeyValue(), queries, keys, keys),
        heads ? norm(ParameterNames.layer(layer, "self_attn.q_norm")) : null,
        heads ? norm(ParameterNames.layer(layer, "self_attn.k_norm")) : null,
        projection(layer, List.of(shape.output()), shape.output().out()),
        outputs ? norm(ParameterNames.layer(layer, "post_attention_layernorm")) : null,
        norm(
            ParameterNames.layer(
                layer, outputs ? "pre_feedforward_layernorm" : "post_attention_layernorm")),
        projection(layer, shape.gateUp(), inner, inner),
        projection(layer, List.of(shape.down()), shape.down().out()),
        outputs ? norm(ParameterNames.layer(layer, "post_feedforward_layernorm")) : null);
  }

  /** A norm by its module's name. */
  Norm norm(String module) {
    Tensor weight = source.apply(ParameterNames.weight(module));
    boolean aroundOne = config.architecture().normsAroundOne();
    if (weightType != null) {
      // One is added while the weight still has the precision of the checkpoint or better.
      Tensor moved = weight.to(device).to(DType.F32);
      weight = (aroundOne ? moved.plus(1) : moved).to(weightType.computeType(device));
      aroundOne = false;
    }
    return new Norm(kept(module, weight), aroundOne, config.normEpsilon());
  }

  /** The output head, from its own weight or from the embedding. */
  Linear head() {
    String name = config.tiedEmbeddings() ? ParameterNames.EMBEDDING : ParameterNames.HEAD;
    try (TensorScope scope = TensorScope.open()) {
      return linear("head", source.apply(name), null);
    }
  }

  private Projection projection(int layer, List<LinearShape> shapes, long... outputs) {
    List<String> names = new ArrayList<>();
    List<Linear> products = new ArrayList<>();
    List<Tensor> weights = new ArrayList<>();
    List<Tensor> biases = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      for (LinearShape shape : shapes) {
        String name = ParameterNames.layer(layer, shape.part());
        names.add(name);
        weights.add(source.apply(ParameterNames.weight(name)));
        if (shape.bias()) {
          biases.add(source.apply(ParameterNames.bias(name)));
        }
      }
      if (weightType == null) {
        for (int i = 0; i < weights.size(); i++) {
          Tensor bias = biases.isEmpty() ? null : biases.get(i);
          products.add(linear(names.get(i), weights.get(i), bias));
        }
      } else {
        Tensor bias = biases.isEmpty() ? null : joined(biases);
        products.add(linear(names.get(0), joined(weights), bias));
      }
    }
    long[] widths = shapes.stream().mapToLong(LinearShape::out).toArray();
    return new Projection(names, widths, products, outputs);
  }

  private static Tensor joined(List<Tensor> parts) {
    return parts.size() == 1 ? parts.get(0) : Tensors.concatenate(parts, 0);
  }

  private Linear linear(String name, Tensor weight, @Nullable Tensor bias) {
    Linear linear =
        weightType == null
            ? Linear.plain(weight, bias)
            : weightType.linear(weight.to(device), bias == null ? null : bias.to(device));
    own(name, linear::close);
    return linear;
  }
}
