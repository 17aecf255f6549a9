package dev.palinode.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.config.ConfigJson;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.TensorSource;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/**
 * A model folder in Hugging Face's layout: {@code config.json} and safetensors weights, in one file
 * or sharded with an index. {@code dev.palinode.token} reads the tokenizer files.
 */
public final class Checkpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final ObjectNode json;
  private final ModelConfig stored; // as in the files
  private final ModelConfig config; // possibly with more tokens

  private Checkpoint(Path folder, ObjectNode json, ModelConfig stored, ModelConfig config) {
    this.folder = folder;
    this.json = json;
    this.stored = stored;
    this.config = config;
  }

  /**
   * Reads the configuration; weights are read by {@link #load}.
   *
   * @throws IOException if {@code config.json} is missing or not supported, naming the field
   */
  public static Checkpoint open(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          folder
              + " is not a model folder: it has no config.json (expected a Hugging Face checkpoint)");
    }
    try {
      if (!(JSON.readTree(file.toFile()) instanceof ObjectNode object)) {
        throw new IOException(file + ": expected a JSON object");
      }
      ModelConfig config = ConfigJson.parse(object);
      return new Checkpoint(folder, object, config, config);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": no valid JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** A checkpoint that is not in the folder yet: {@link #save} writes it. */
  public static Checkpoint create(
      Path folder, ModelConfig config, int bosId, int eosId, int padId) {
    return new Checkpoint(folder, ConfigJson.write(config, bosId, eosId, padId), config, config);
  }

  /**
   * The same checkpoint for a model with more tokens: rows that are not in the files are the mean
   * of those that are, as in {@link Transformer#addToken}.
   *
   * @param tokens at least the present number
   */
  public Checkpoint withTokens(int tokens) {
    Validate.isTrue(
        tokens >= stored.vocabSize(),
        "%s tokens: %s has %s already (vocab_size)",
        tokens,
        folder,
        stored.vocabSize());
    return new Checkpoint(folder, json, stored, stored.with(tokens, stored.contextLength()));
  }

  /** The model's shape, as {@link #load} gives it. */
  public ModelConfig config() {
    return config;
  }

  /** The longest context that it can be opened with. */
  int longestContext() {
    return ConfigJson.integer(json, "max_position_embeddings");
  }

  /** Reads the weights for training on the CPU, see {@link #load(Device)}. */
  public Transformer load() throws IOException {
    return load(Device.CPU);
  }

  /**
   * Reads the weights, as F32 whatever they are on disk, for training on a device.
   *
   * @return a model that the caller closes
   * @throws IOException if a weight is missing, left over or misshapen (all are checked before any
   *     is read), or a file is damaged
   * @throws IllegalArgumentException if the device is not available
   */
  public Transformer load(Device device) throws IOException {
    device.requireAvailable();
    try (TensorScope scope = TensorScope.open();
        WeightFiles files = WeightFiles.open(folder)) {
      files.requireExactly(ParameterNames.shapes(stored));
      Map<String, Tensor> weights = new LinkedHashMap<>();
      for (String name : ParameterNames.shapes(config).keySet()) {
        weights.put(name, grown(name, files.read(name).to(device).to(DType.F32)));
      }
      return new Transformer(config, weights);
    }
  }

  /**
   * Opens the model for inference; the caller closes it. Throws as {@link #load(Device)}, and an
   * IllegalArgumentException for a longer context than the checkpoint allows.
   */
  public Transformer load(LoadOptions options) throws IOException {
    options.device().requireAvailable();
    ModelConfig wanted = withContext(options);
    try (TensorScope scope = TensorScope.open();
        WeightFiles files = WeightFiles.open(folder)) {
      files.requireExactly(ParameterNames.shapes(stored));
      WeightType weightType = options.weightsFor(files.dtype(ParameterNames.EMBEDDING));
      return new Transformer(
          wanted, name -> grown(name, read(files, name)), weightType, options.device());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Checks that no weight is missing, left over or misshapen, naming all that are; reads none. */
  public void requireWeights() throws IOException {
    try (WeightFiles files = WeightFiles.open(folder)) {
      files.requireExactly(ParameterNames.shapes(stored));
    }
  }

  /** Throws an IllegalArgumentException if a result would be written over its inputs. */
  public static void requireNotAmong(List<Path> read, Path target) throws IOException {
    for (Path input : read) {
      Validate.isTrue(
          !Files.exists(target) || !Files.exists(input) || !Files.isSameFile(input, target),
          "%s is one of the folders that are read: name another folder for the result",
          target);
    }
  }

  private static Tensor read(WeightFiles files, String name) {
    try {
      return files.read(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tensor grown(String name, Tensor weight) {
    long missing = (long) config.vocabSize() - stored.vocabSize();
    boolean table = name.equals(ParameterNames.EMBEDDING) || name.equals(ParameterNames.HEAD);
    if (missing == 0 || !table) {
      return weight;
    }
    Tensor mean = weight.mean(0).unsqueeze(0).expand(missing, weight.size(1));
    return Tensors.concatenate(List.of(weight, mean), 0);
  }

  private ModelConfig withContext(LoadOptions options) {
    if (options.contextLength().isEmpty()) {
      return config;
    }
    int asked = options.contextLength().getAsInt();
    Validate.isTrue(
        asked <= longestContext(),
        "context length %s: %s allows at most %s (max_position_embeddings)",
        asked,
        folder,
        longestContext());
    return config.with(config.vocabSize(), asked);
  }

  /**
   * Writes a model that came from this checkpoint to a folder: its weights, in the element type of
   * this checkpoint, in one file or, above 5 GB, in several with an index; {@code config.json},
   * with the number of tokens updated and everything else unchanged; and {@code
   * generation_config.json}, if this checkpoint has one.
   *
   * @param target may be this checkpoint's own folder; each file is replaced atomically, and the
   *     weights never load as a mixture of old and new
   */
  public void save(Transformer model, Path target) throws IOException {
    save(model, target, WeightWriter.MAX_SHARD_BYTES);
  }

  void save(Transformer model, Path target, long maxShardBytes) throws IOException {
    ObjectNode updated = json.deepCopy();
    updated.put("vocab_size", model.config().vocabSize());
    DType type = ConfigJson.dtype(json);
    Map<String, TensorSource> weights = new LinkedHashMap<>();
    model.parameters().forEach((name, tensor) -> weights.put(name, TensorSource.of(tensor, type)));
    WeightWriter.write(target, weights, maxShardBytes);
    JsonFiles.replace(target.resolve("config.json"), updated);
    Path generation = folder.resolve(TokenizerFiles.GENERATION_CONFIG);
    if (Files.isRegularFile(generation) && !Files.isSameFile(folder, target)) {
      AtomicFile.copy(generation, target.resolve(TokenizerFiles.GENERATION_CONFIG));
    }
  }
}
