package dev.palinode.model.network;

import static dev.palinode.tensor.Functional.embedding;
import static dev.palinode.tensor.Functional.softcap;

import dev.palinode.model.config.Architecture;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.model.network.RotaryEmbedding.Rotation;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Linear;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.GradientCheckpointing;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * A decoder-only transformer: RMS norms, rotary positions, grouped-query attention, gated
 * feed-forward layers, with the variations of {@link Architecture} and {@link ModelConfig}.
 *
 * <p>It has two forms. The form for training computes with the tensors of {@link #parameters}. The
 * form {@linkplain #forInference for inference} has its matrices packed for speed, in a chosen
 * type, and has no parameters.
 *
 * <p>Owns its weights, which live until {@link #close}. Reading is safe from several threads;
 * training, {@link #addToken} and {@link #useAdapters} are not.
 */
public final class Transformer implements AutoCloseable {
  private ModelConfig config;
  private final Map<String, Tensor> parameters; // empty in the form for inference
  private Tensor embedding; // [vocab, hidden], in its stored type
  private Linear head;
  private final List<Block> blocks;
  private final Norm finalNorm;
  private final RotaryEmbedding rotary;
  private final DType computeType;
  private final Device device;
  private final BlockFactory parts; // owns all of the above
  private List<Adapter> adapters = List.of();
  private boolean recomputesBlocks;

  /**
   * A model for training.
   *
   * @param parameters F32 tensors under Hugging Face's names, complete and of the right shapes;
   *     they are retained and owned by the model
   */
  public Transformer(ModelConfig config, Map<String, Tensor> parameters) {
    this(config, owned(config, parameters), null, null, deviceOf(parameters));
  }

  /**
   * A model for inference.
   *
   * @param source weights by their names in checkpoints; they belong to the innermost scope or to
   *     the source
   */
  public Transformer(
      ModelConfig config, Function<String, Tensor> source, WeightType weightType, Device device) {
    this(config, Map.of(), source, weightType, device);
    Libtorch.trimMemory();
  }

  private Transformer(
      ModelConfig config,
      Map<String, Tensor> parameters,
      @Nullable Function<String, Tensor> source,
      @Nullable WeightType weightType,
      Device device) {
    this.config = config;
    this.parameters = parameters;
    this.computeType = weightType == null ? DType.F32 : weightType.computeType(device);
    this.device = device;
    this.parts =
        new BlockFactory(config, source == null ? this::parameter : source, weightType, device);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      this.embedding = parts.embedding();
      this.blocks = IntStream.range(0, config.layers()).mapToObj(parts::block).toList();
      this.finalNorm = parts.norm(ParameterNames.FINAL_NORM_MODULE);
      this.head = parts.head();
      this.rotary = parts.rotary(computeType);
    } catch (RuntimeException | Error e) {
      parts.close();
      parameters.values().forEach(Tensor::close);
      throw e;
    }
  }

  /** A new model with the initial weights of {@link ParameterInitializer}. */
  public static Transformer initialise(ModelConfig config, long seed) {
    try (TensorScope scope = TensorScope.open()) {
      return new Transformer(config, ParameterInitializer.draw(config, seed));
    }
  }

  private static Map<String, Tensor> owned(ModelConfig config, Map<String, Tensor> given) {
    Map<String, Tensor> owned = new LinkedHashMap<>();
    ParameterNames.shapes(config)
        .forEach(
            (name, shape) -> {
              Tensor tensor = given.get(name);
              if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
                String found = tensor == null ? "missing" : Arrays.toString(tensor.shape());
                throw new IllegalArgumentException(
                    "weight %s is %s: expected %s".formatted(name, found, Arrays.toString(shape)));
              }
              owned.put(name, tensor);
            });
    owned.values().forEach(Tensor::retain);
    return owned;
  }

  private static Device deviceOf(Map<String, Tensor> parameters) {
    return parameters.values().iterator().next().device();
  }

  private Tensor parameter(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** The model's shape. */
  public ModelConfig config() {
    return config;
  }

  /** The device on which it computes. */
  public Device device() {
    return device;
  }

  /** The type of its activations. */
  public DType computeType() {
    return computeType;
  }

  /** The weights by Hugging Face's names, in the order of the computation; not to be closed. */
  public Map<String, Tensor> parameters() {
    requireTrainable("show its parameters");
    return Collections.unmodifiableMap(parameters);
  }

  private void requireTrainable(String what) {
    if (isForInference()) {
      throw new IllegalStateException(
          "this model was opened for inference and cannot " + what + ": load it for training");
    }
  }

  /** Bytes of the weights that one decoding step reads: all but the embedding. */
  public long matrixBytes() {
    return blocks.stream().mapToLong(Block::bytes).sum() + head.bytes();
  }

  /** Sets the active adapters, in the order in which they are added up; none at first. */
  public void useAdapters(List<? extends Adapter> active) {
    adapters = List.copyOf(active);
  }

  public boolean isForInference() {
    return parameters.isEmpty();
  }

  public boolean hasAdapters() {
    return !adapters.isEmpty();
  }

  /** Sets whether a backward pass computes gradients of the weights. */
  public void setTrainable(boolean trainable) {
    requireTrainable("be trained");
    parameters.values().forEach(parameter -> parameter.requiresGradient(trainable));
  }

  /**
   * Turns gradient checkpointing on or off: blocks are recomputed in the backward pass, so that
   * only the activations between blocks are kept until then. This computes a third more and needs a
   * fraction of the memory; gradients are the same. Forward and backward pass must then run in one
   * {@link TensorScope}.
   */
  public void gradientCheckpointing(boolean recompute) {
    requireTrainable("recompute its blocks");
    recomputesBlocks = recompute;
  }

  /**
   * Last hidden states of whole sequences, each token seeing itself and those before it.
   *
   * <p>Sequences of different lengths are padded at their end with any id: nothing before the
   * padding sees it.
   *
   * @param ids {@code [batch, seq]}, I64, on any device
   * @return {@code [batch, seq, hidden]}, normed: ready for {@link #logits}; on the model's device
   */
  public Tensor hiddenStates(Tensor ids) {
    return hiddenStatesOfEmbeddings(embeddings(ids));
  }

  /**
   * Last hidden states of whole sequences, as {@link #hiddenStates(Tensor)}, given by their
   * embeddings: in the form for training, gradients flow back to these.
   *
   * @param embeddings {@code [batch, seq, hidden]}, as {@link #embeddings} makes them
   */
  public Tensor hiddenStatesOfEmbeddings(Tensor embeddings) {
    long length = embeddings.size(1);
    return forward(
        embeddings, rotary.first(length), new CausalAttention(config.attention(), length, device));
  }

  /**
   * Last hidden states of sequences with shared prefixes, each computed once: a token sees its
   * prefix and its suffix, as if each sequence were computed alone.
   *
   * @param trees one or more, each in a row of its own
   * @throws IllegalArgumentException if a sequence is longer than the model's context
   */
  public SharedPrefixStates hiddenStates(List<SharedPrefixBatch> trees) {
    int columns = trees.stream().mapToInt(SharedPrefixBatch::tokens).max().orElseThrow();
    long[] ids = new long[trees.size() * columns];
    for (int row = 0; row < trees.size(); row++) {
      int longest = trees.get(row).longestSequence();
      Validate.isTrue(
          longest <= config.contextLength(),
          "a sequence of %s tokens: the model reads at most %s (max_position_embeddings)",
          longest,
          config.contextLength());
      int next = row * columns;
      for (int[] part : trees.get(row).parts()) {
        for (int id : part) {
          ids[next++] = id;
        }
      }
    }
    Tensor read = Tensors.of(ids, trees.size(), columns);
    if (trees.stream().allMatch(SharedPrefixBatch::isPlain)) {
      return new SharedPrefixStates(hiddenStates(read), trees);
    }
    SharedPrefixAttention attention =
        new SharedPrefixAttention(config.attention(), trees, columns, device);
    return new SharedPrefixStates(hiddenStates(read, attention.positions(), attention), trees);
  }

  /** Last hidden states of tokens {@code [batch, seq]} at positions {@code [batch * seq]}. */
  public Tensor hiddenStates(Tensor ids, long[] positions, Attention attention) {
    return forward(embeddings(ids), rotary.at(positions, ids.size(0), ids.size(1)), attention);
  }

  /** Logits {@code [..., vocab]} of the next token after states {@code [..., hidden]}. */
  public Tensor logits(Tensor hidden) {
    return head().apply(hidden);
  }

  /**
   * The function of {@link #logits} with the adapters that are active now, even if they change
   * later.
   */
  UnaryOperator<Tensor> head() {
    List<Adapter> active = adapters;
    return hidden -> {
      Tensor logits = head.apply(hidden);
      for (Adapter adapter : active) {
        logits = adapter.logits(hidden, logits);
      }
      return config.logitSoftcap() > 0 ? softcap(logits, config.logitSoftcap()) : logits;
    };
  }

  private Tensor forward(Tensor embeddings, Rotation rotation, Attention attention) {
    Tensor x = embeddings; // [batch, seq, hidden]
    // A snapshot, for the backward pass too.
    List<Adapter> active = adapters.stream().map(Adapter::asNow).toList();
    // Without a backward pass to recompute them for, it only frees the activations of a block.
    boolean freesBlocks =
        Gradients.areRecorded() ? recomputesBlocks : !attention.sharesTensorsBetweenLayers();
    @Nullable GradientCheckpointing recompute = freesBlocks ? new GradientCheckpointing() : null;
    for (int layer = 0; layer < blocks.size(); layer++) {
      Block block = blocks.get(layer);
      int index = layer;
      UnaryOperator<Tensor> forward =
          stream -> block.forward(config, index, stream, rotation, attention, active);
      x = recompute == null ? forward.apply(x) : recompute.apply(forward, x);
    }
    return finalNorm.apply(x);
  }

  /**
   * What the first block reads: rows of the embedding table, with the active adapters, scaled as
   * the architecture does.
   *
   * @param ids {@code [batch, seq]}, I64, on any device
   * @return {@code [batch, seq, hidden]}, on the model's device
   */
  public Tensor embeddings(Tensor ids) {
    Tensor here = ids.to(device);
    Tensor x = embedding(embedding, here).to(computeType);
    for (Adapter adapter : adapters) {
      x = adapter.embeddings(here, x);
    }
    if (!config.architecture().scalesEmbeddings()) {
      return x;
    }
    // Transformers rounds the factor to the type of the activations.
    return x.times(Tensors.full(Math.sqrt(config.hiddenSize()), computeType).item());
  }

  /**
   * Gives a token a row in the embedding and in the output head: the mean of the rows of all tokens
   * before it. Tables that are too short grow.
   *
   * @param id at most {@link ModelConfig#vocabSize}: rows between the last token and the end of a
   *     padded table may be used
   */
  public void addToken(int id) {
    requireTrainable("get another token");
    int tokens = config.vocabSize();
    Validate.isTrue(
        id >= 1 && id <= tokens,
        "token id %s: expected 1 to %s, the size of the tables",
        id,
        tokens);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      if (id == config.vocabSize()) {
        config = config.with(id + 1, config.contextLength());
        grow(ParameterNames.EMBEDDING);
        grow(ParameterNames.HEAD);
        embedding = parts.embedding();
        head = parts.head();
      }
      setToMean(ParameterNames.EMBEDDING, id);
      setToMean(ParameterNames.HEAD, id);
    }
  }

  private void grow(String name) {
    Tensor table = parameters.get(name);
    if (table != null) {
      Tensor row = Tensors.zeros(DType.F32, device, 1, table.size(1));
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

  /** A copy of this model, for training. */
  public Transformer copy() {
    requireTrainable("be copied");
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      parameters.forEach((name, tensor) -> copies.put(name, tensor.copy()));
      return new Transformer(config, copies);
    }
  }

  /** A model with the current weights, for inference on the same device. */
  public Transformer forInference(WeightType weightType) {
    return forInference(weightType, device);
  }

  /** A model with the current weights, for inference on any device. */
  public Transformer forInference(WeightType weightType, Device where) {
    requireTrainable("be converted");
    return new Transformer(config, this::parameter, weightType, where);
  }

  @Override
  public void close() {
    parameters.values().forEach(Tensor::close);
    parts.close();
  }
}
