package dev.palinode.model;

import static dev.palinode.tensor.Functional.embedding;
import static dev.palinode.tensor.Functional.linear;
import static dev.palinode.tensor.Functional.rmsNorm;
import static dev.palinode.tensor.Functional.scaledDotProductAttention;
import static dev.palinode.tensor.Functional.silu;

import dev.palinode.model.RotaryEmbedding.Rotation;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A decoder-only transformer of the Llama family: RMS norms before attention and feed-forward,
 * rotary positions, grouped-query attention, SwiGLU.
 *
 * <p>Owns its weights, which live until {@link #close}. Reading is safe from several threads;
 * training and {@link #addToken} are not.
 */
public final class Transformer implements AutoCloseable {
  /** The weights of one block. */
  private record Block(
      Tensor inputNorm, // [hidden]
      Tensor query, // [heads * headDim, hidden]
      Tensor key, // [kv heads * headDim, hidden]
      Tensor value, // [kv heads * headDim, hidden]
      Tensor output, // [hidden, heads * headDim]
      Tensor feedForwardNorm, // [hidden]
      Tensor gate, // [intermediate, hidden]
      Tensor up, // [intermediate, hidden]
      Tensor down) {} // [hidden, intermediate]

  private ModelConfig config;
  private final Map<String, Tensor> parameters;
  private final List<Block> blocks;
  private final RotaryEmbedding rotary;

  /**
   * @param parameters F32 tensors under Hugging Face's names, complete and of the right shapes;
   *     they are retained, and owned from now on
   */
  Transformer(ModelConfig config, Map<String, Tensor> parameters) {
    this.config = config;
    this.parameters = new LinkedHashMap<>();
    ParameterNames.shapes(config)
        .forEach((name, shape) -> this.parameters.put(name, owned(name, shape, parameters)));
    this.blocks = IntStream.range(0, config.layers()).mapToObj(this::block).toList();
    this.rotary = new RotaryEmbedding(config);
  }

  /**
   * A new model. Embeddings are drawn with deviation 0.02, linear layers with {@code 0.5 /
   * sqrt(fan-in)}, those that write to the residual stream further divided by {@code sqrt(2 *
   * layers)}; norms start at 1.
   */
  public static Transformer initialise(ModelConfig config, long seed) {
    RandomStream random = new RandomStream(seed);
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      ParameterNames.shapes(config)
          .forEach(
              (name, shape) ->
                  parameters.put(
                      name,
                      shape.length == 1
                          ? Tensors.full(1, DType.F32, shape)
                          : Tensors.normal(0, deviation(name, shape, config), random, shape)));
      return new Transformer(config, parameters);
    }
  }

  private static double deviation(String name, long[] shape, ModelConfig config) {
    if (name.equals(ParameterNames.EMBEDDING) || name.equals(ParameterNames.HEAD)) {
      return 0.02;
    }
    double deviation = 0.5 / Math.sqrt((double) shape[1]);
    boolean writesResidual = name.contains("o_proj") || name.contains("down_proj");
    return writesResidual ? deviation / Math.sqrt(2.0 * config.layers()) : deviation;
  }

  private static Tensor owned(String name, long[] shape, Map<String, Tensor> given) {
    Tensor tensor = given.get(name);
    if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalArgumentException(
          "weight "
              + name
              + " is "
              + (tensor == null ? "missing" : Arrays.toString(tensor.shape()))
              + ": expected "
              + Arrays.toString(shape));
    }
    return tensor.retain();
  }

  private Block block(int layer) {
    return new Block(
        weight(layer, "input_layernorm"),
        weight(layer, "self_attn.q_proj"),
        weight(layer, "self_attn.k_proj"),
        weight(layer, "self_attn.v_proj"),
        weight(layer, "self_attn.o_proj"),
        weight(layer, "post_attention_layernorm"),
        weight(layer, "mlp.gate_proj"),
        weight(layer, "mlp.up_proj"),
        weight(layer, "mlp.down_proj"));
  }

  private Tensor weight(int layer, String part) {
    return weight(ParameterNames.layer(layer, part));
  }

  private Tensor weight(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** The model's shape. */
  public ModelConfig config() {
    return config;
  }

  /** The weights under Hugging Face's names, in the order of the computation; not to be closed. */
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Number of weights. */
  public long parameterCount() {
    return parameters.values().stream().mapToLong(Tensor::elements).sum();
  }

  /** Whether a backward pass gives the weights gradients. */
  public void setTrainable(boolean trainable) {
    parameters.values().forEach(parameter -> parameter.requiresGradient(trainable));
  }

  /**
   * Last hidden states of whole sequences, each token seeing itself and those before it.
   *
   * <p>Sequences of different lengths are padded at their end with any id: nothing before the
   * padding sees it.
   *
   * @param ids {@code [batch, seq]}, I64
   * @return {@code [batch, seq, hidden]}, normed: ready for {@link #logits}
   */
  public Tensor hiddenStates(Tensor ids) {
    return forward(
        ids,
        rotary.first(ids.size(1)),
        (layer, query, key, value) ->
            scaledDotProductAttention(
                    query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), null, true)
                .transpose(1, 2));
  }

  /**
   * Last hidden states of tokens that stand anywhere.
   *
   * @param ids {@code [batch, seq]}, I64
   * @param positions {@code [batch * seq]}, I64
   */
  Tensor hiddenStates(Tensor ids, Tensor positions, Attention attention) {
    return forward(ids, rotary.at(positions, ids.size(0), ids.size(1)), attention);
  }

  /**
   * Scores of the next token.
   *
   * @param hidden {@code [..., hidden]}
   * @return {@code [..., vocab]}
   */
  public Tensor logits(Tensor hidden) {
    return linear(
        hidden, weight(config.tiedEmbeddings() ? ParameterNames.EMBEDDING : ParameterNames.HEAD));
  }

  private Tensor forward(Tensor ids, Rotation rotation, Attention attention) {
    double epsilon = config.normEpsilon();
    Tensor x = embedding(weight(ParameterNames.EMBEDDING), ids); // [batch, seq, hidden]
    for (int layer = 0; layer < blocks.size(); layer++) {
      Block block = blocks.get(layer);
      x = x.plus(attend(layer, rmsNorm(x, block.inputNorm, epsilon), rotation, attention));
      x = x.plus(feedForward(block, rmsNorm(x, block.feedForwardNorm, epsilon)));
    }
    return rmsNorm(x, weight(ParameterNames.FINAL_NORM), epsilon);
  }

  private Tensor attend(int layer, Tensor x, Rotation rotation, Attention attention) {
    Block block = blocks.get(layer);
    long batch = x.size(0);
    long length = x.size(1);
    int dim = config.headDim();
    Tensor query = linear(x, block.query).reshape(batch, length, config.heads(), dim);
    Tensor key = linear(x, block.key).reshape(batch, length, config.keyValueHeads(), dim);
    Tensor value = linear(x, block.value).reshape(batch, length, config.keyValueHeads(), dim);
    Tensor seen = attention.attend(layer, rotation.apply(query), rotation.apply(key), value);
    return linear(seen.reshape(batch, length, (long) config.heads() * dim), block.output);
  }

  private static Tensor feedForward(Block block, Tensor x) {
    return linear(silu(linear(x, block.gate)).times(linear(x, block.up)), block.down);
  }

  /**
   * Gives a token a row in the embedding and in the output head: the mean of the rows of all tokens
   * before it. Tables that are too short grow.
   *
   * @param id at most {@link ModelConfig#vocabSize}: rows between the last token and the end of a
   *     padded table may be used
   */
  public void addToken(int id) {
    if (id < 1 || id > config.vocabSize()) {
      throw new IllegalArgumentException(
          "token id " + id + ": expected 1 to " + config.vocabSize() + ", the size of the tables");
    }
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      if (id == config.vocabSize()) {
        config = config.withVocabSize(id + 1);
        grow(ParameterNames.EMBEDDING);
        grow(ParameterNames.HEAD);
      }
      setToMean(ParameterNames.EMBEDDING, id);
      setToMean(ParameterNames.HEAD, id);
    }
  }

  private void grow(String name) {
    Tensor table = parameters.get(name);
    if (table != null) {
      Tensor row = Tensors.zeros(DType.F32, 1, table.size(1));
      parameters.put(name, Tensors.concatenate(List.of(table, row), 0).retain());
      table.close();
    }
  }

  private void setToMean(String name, int id) {
    Tensor table = parameters.get(name);
    if (table != null) {
      table.select(0, id).copyInPlace(table.narrow(0, 0, id).mean(0));
    }
  }

  /** A model with the same weights in memory of their own. */
  public Transformer copy() {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      parameters.forEach((name, tensor) -> copies.put(name, tensor.copy()));
      return new Transformer(config, copies);
    }
  }

  @Override
  public void close() {
    parameters.values().forEach(Tensor::close);
    rotary.close();
  }
}
