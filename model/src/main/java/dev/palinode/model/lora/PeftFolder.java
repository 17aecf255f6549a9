package dev.palinode.model.lora;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An adapter folder in PEFT's format: {@value #CONFIG} and {@value #WEIGHTS}. */
public final class PeftFolder {
  public static final String CONFIG = "adapter_config.json";
  public static final String WEIGHTS = "adapter_model.safetensors";
  private static final String PREFIX = "base_model.model.";

  private final Path folder;
  private final ObjectNode json;
  private final LoraSettings settings;

  private PeftFolder(Path folder, ObjectNode json, LoraSettings settings) {
    this.folder = folder;
    this.json = json;
    this.settings = settings;
  }

  /** Reads the configuration; the message of an IOException names file and field. */
  public static PeftFolder open(Path folder) throws IOException {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " is no PEFT adapter: it has no " + CONFIG);
    }
    try {
      ObjectNode json = JsonFiles.readObject(file);
      return new PeftFolder(folder, json, PeftConfigJson.parse(json));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  public LoraSettings settings() {
    return settings;
  }

  /** Name or path of the model that it was trained on, if the configuration says. */
  public Optional<String> baseModel() {
    return Optional.of(json.path("base_model_name_or_path").asText(""))
        .filter(name -> !name.isEmpty());
  }

  /**
   * Number of tokens of a model with those that this adapter adds: tokens after the model's last
   * one, with a row in the embedding and, unless it is tied, in the output head. A token that was
   * added for training, such as a reset token, is added this way.
   */
  public int tokensWith(int tokens, boolean tiedEmbeddings) {
    List<Integer> inputs = settings.tokenRows().getOrDefault(LoraSettings.EMBEDDING, List.of());
    List<Integer> outputs =
        tiedEmbeddings ? inputs : settings.tokenRows().getOrDefault(LoraSettings.HEAD, List.of());
    int count = tokens;
    while (inputs.contains(count) && outputs.contains(count)) {
      count++;
    }
    return count;
  }

  /**
   * Reads the adapter for a model, in the model's compute type.
   *
   * @param model with the tokens that the adapter adds, see {@link #tokensWith}
   * @throws IOException if a weight is missing, left over, or of the wrong shape; the message names
   *     all such weights
   */
  public LoraAdapter load(Transformer model) throws IOException {
    Path file = folder.resolve(WEIGHTS);
    if (!Files.isRegularFile(file)) {
      throw new IOException(folder + " has no " + WEIGHTS);
    }
    LoraAdapter adapter = null;
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile weights = SafetensorsFile.open(file)) {
      adapter = new LoraAdapter(settings, model.config().tiedEmbeddings());
      List<String> problems = read(weights, model, adapter);
      if (!problems.isEmpty()) {
        throw new IOException(
            file + " does not fit the model:\n  " + String.join("\n  ", problems));
      }
      return adapter;
    } catch (IOException | RuntimeException | Error e) {
      if (adapter != null) {
        adapter.close();
      }
      if (e instanceof IllegalArgumentException) {
        throw new IOException(file + ": " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Reads the weights into an adapter; returns the problems found. */
  private List<String> read(SafetensorsFile weights, Transformer model, LoraAdapter adapter)
      throws IOException {
    List<String> problems = new ArrayList<>();
    Map<String, String> remaining = new LinkedHashMap<>(); // by name without prefix
    weights.names().forEach(name -> remaining.put(withoutPrefix(name), name));
    for (Map.Entry<String, long[]> layer : model.config().linearLayers().entrySet()) {
      String a = remaining.remove(layer.getKey() + ".lora_A.weight");
      String b = remaining.remove(layer.getKey() + ".lora_B.weight");
      if (a == null && b == null) {
        continue;
      }
      if (a == null || b == null) {
        problems.add(layer.getKey() + " has only one of lora_A and lora_B");
        continue;
      }
      long rank = weights.shape(a).length == 2 ? weights.shape(a)[0] : 0;
      if (requireShape(problems, weights, a, rank, layer.getValue()[1])
          && requireShape(problems, weights, b, layer.getValue()[0], rank)) {
        adapter.put(
            layer.getKey(),
            moved(weights.read(a), model),
            moved(weights.read(b), model),
            PeftConfigJson.scaling(json, settings, layer.getKey(), rank));
      }
    }
    for (Map.Entry<String, List<Integer>> rows : settings.tokenRows().entrySet()) {
      List<Integer> ids = rows.getValue();
      ids.forEach(id -> TokenRows.requireToken(model, id));
      String parameter = TokenRows.parameterName(rows.getKey());
      String name = remaining.remove(parameter);
      if (name == null) {
        problems.add(parameter + " is missing");
      } else if (requireShape(problems, weights, name, ids.size(), model.config().hiddenSize())) {
        adapter.putRows(rows.getKey(), ids, moved(weights.read(name), model));
      }
    }
    remaining.keySet().forEach(name -> problems.add(name + " is left over"));
    return problems;
  }

  private static Tensor moved(Tensor weight, Transformer model) {
    return weight.to(model.computeType()).to(model.device());
  }

  private static boolean requireShape(
      List<String> problems, SafetensorsFile weights, String name, long rows, long columns) {
    long[] shape = weights.shape(name);
    long[] expected = {rows, columns};
    if (!Arrays.equals(shape, expected)) {
      problems.add(
          name + " is " + Arrays.toString(shape) + ", expected " + Arrays.toString(expected));
      return false;
    }
    return true;
  }

  static String withoutPrefix(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }

  /** Writes an adapter for that model in PEFT's format, each file atomically. */
  public static void save(LoraAdapter adapter, String baseModel, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      adapter
          .parameters()
          .forEach((name, tensor) -> weights.put(PREFIX + name, tensor.to(DType.F32)));
      SafetensorsWriter.write(folder.resolve(WEIGHTS), weights);
    }
    JsonFiles.replace(folder.resolve(CONFIG), PeftConfigJson.write(adapter.settings(), baseModel));
  }
}
