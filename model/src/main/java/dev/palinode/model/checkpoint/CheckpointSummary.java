package dev.palinode.model.checkpoint;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.model.network.ScaledDotProductAttention;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Linear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Summary of a checkpoint and of the memory that it needs, from its configuration and the headers
 * of its weights: no weight is read.
 *
 * @param config the model's shape; its context length is the default when it is opened
 * @param longestContext the longest context that it can be opened with; {@code
 *     max_position_embeddings}
 * @param parameters number of weights
 * @param stored the weights on disk; empty if there are none, or they cannot be read
 * @param problems why it cannot be opened; empty if it can
 */
public record CheckpointSummary(
    ModelConfig config,
    int longestContext,
    long parameters,
    Optional<Stored> stored,
    List<String> problems) {
  /**
   * Weights on disk.
   *
   * @param files number of files
   * @param bytes of these files
   * @param parameters number of weights of each element type
   * @param embedding element type of the embedding
   */
  public record Stored(int files, long bytes, Map<DType, Long> parameters, DType embedding) {
    public Stored {
      parameters = Collections.unmodifiableMap(new EnumMap<>(parameters));
    }

    /** The default type of weights when they are opened on the CPU. */
    public WeightType auto() {
      return LoadOptions.DEFAULT.weightsFor(embedding);
    }
  }

  public CheckpointSummary {
    problems = List.copyOf(problems);
  }

  /**
   * Reads the summary of a model folder; throws if its {@code config.json} cannot be used. What is
   * wrong with its weights is listed in {@link #problems}.
   */
  public static CheckpointSummary of(Path folder) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    ModelConfig config = checkpoint.config();
    long parameters = config.parameterCount();
    Optional<Stored> stored = Optional.empty();
    List<String> problems = List.of();
    try (WeightFiles files = WeightFiles.open(folder)) {
      stored = Optional.of(stored(files));
      files.requireExactly(ParameterNames.shapes(config));
    } catch (IOException e) {
      problems = List.of(String.valueOf(e.getMessage()));
    }
    return new CheckpointSummary(config, checkpoint.longestContext(), parameters, stored, problems);
  }

  private static Stored stored(WeightFiles files) throws IOException {
    long bytes = 0;
    for (Path file : files.paths()) {
      bytes += Files.size(file);
    }
    Map<DType, Long> parameters = new EnumMap<>(DType.class);
    for (String name : files.names()) {
      parameters.merge(files.dtype(name), files.elements(name), Long::sum);
    }
    DType type =
        files.names().contains(ParameterNames.EMBEDDING)
            ? files.dtype(ParameterNames.EMBEDDING)
            : DType.F32;
    return new Stored(files.paths().size(), bytes, parameters, type);
  }

  /**
   * Bytes of the weights in memory when the model is opened with that type on the CPU. The
   * embedding keeps its type and is memory-mapped; the output head has a separate matrix even if
   * the two are tied, unless it is used as it is stored.
   */
  public long weightBytes(WeightType weightType) {
    DType compute = weightType.computeType(Device.CPU);
    DType onDisk = stored.map(Stored::embedding).orElse(DType.F32);
    boolean isShared =
        config.tiedEmbeddings()
            && weightType != WeightType.INT8
            && compute == onDisk
            && !Linear.packs(Device.CPU, compute);
    long embedding = isShared ? 0 : config.headElements() * onDisk.bytes();
    long vectors = // norms and biases
        ParameterNames.shapes(config).values().stream()
            .filter(shape -> shape.length == 1)
            .mapToLong(shape -> shape[0])
            .sum();
    return embedding + matrixBytes(weightType) + vectors * compute.bytes();
  }

  /** Bytes of the weights that one decoding step reads: all but the embedding. */
  public long matrixBytes(WeightType weightType) {
    long bytes = matrixBytes(weightType, config.vocabSize(), config.hiddenSize());
    for (long[] shape : config.linearLayers().values()) {
      bytes += matrixBytes(weightType, shape[0], shape[1]);
    }
    return bytes;
  }

  private static long matrixBytes(WeightType weightType, long out, long in) {
    return weightType == WeightType.INT8
        ? Linear.int8Bytes(Device.CPU, out, in)
        : out * in * weightType.computeType(Device.CPU).bytes();
  }

  /** Bytes of one token in the KV cache, for all layers, in the type for weights and device. */
  public long cacheBytesPerToken(WeightType weightType, Device device) {
    return config.cacheNumbersPerToken()
        * ScaledDotProductAttention.type(weightType.computeType(device), device).bytes();
  }
}
