package dev.palinode.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.SafetensorsFile;
import dev.palinode.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The safetensors files of a checkpoint, one or several, as one set of named weights. */
final class WeightFiles implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>(); // by weight

  private WeightFiles(Path folder) {
    this.folder = folder;
  }

  static WeightFiles open(Path folder) throws IOException {
    WeightFiles opened = new WeightFiles(folder);
    try {
      if (Files.isRegularFile(folder.resolve(SINGLE))) {
        SafetensorsFile file = opened.file(SINGLE);
        file.names().forEach(name -> opened.fileOf.put(name, file));
      } else if (Files.isRegularFile(folder.resolve(INDEX))) {
        opened.readIndex();
      } else {
        throw new IOException(folder + " has neither " + SINGLE + " nor " + INDEX);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readIndex() throws IOException {
    Path index = folder.resolve(INDEX);
    JsonNode map = new ObjectMapper().readTree(index.toFile()).path("weight_map");
    if (!map.isObject()) {
      throw new IOException(index + ": weight_map is missing");
    }
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!shard.equals(String.valueOf(Path.of(shard).getFileName()))) {
        throw new IOException(index + ": \"" + shard + "\" is no file name in this folder");
      }
      SafetensorsFile file = file(shard);
      if (!file.names().contains(entry.getKey())) {
        throw new IOException(
            index + ": weight " + entry.getKey() + " is not in " + shard + ", where it should be");
      }
      fileOf.put(entry.getKey(), file);
    }
  }

  private SafetensorsFile file(String name) throws IOException {
    Path path = folder.resolve(name);
    SafetensorsFile file = files.get(path);
    if (file == null) {
      file = SafetensorsFile.open(path);
      files.put(path, file);
    }
    return file;
  }

  /**
   * Checks that there are these weights and no others.
   *
   * <p>Rotary frequencies, which some checkpoints carry, are computed and may be left over; so may
   * an output head beside tied embeddings.
   */
  void requireExactly(Map<String, long[]> expected) throws IOException {
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          SafetensorsFile file = fileOf.get(name);
          if (file == null) {
            problems.add(name + " is missing, expected " + Arrays.toString(shape));
          } else if (!Arrays.equals(file.shape(name), shape)) {
            problems.add(
                name
                    + " is "
                    + Arrays.toString(file.shape(name))
                    + ", expected "
                    + Arrays.toString(shape));
          }
        });
    for (String name : fileOf.keySet()) {
      if (!expected.containsKey(name)
          && !name.endsWith("rotary_emb.inv_freq")
          && !name.equals(ParameterNames.HEAD)) {
        problems.add(name + " is left over");
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(
          folder + ": the weights do not fit config.json:\n  " + String.join("\n  ", problems));
    }
  }

  DType dtype(String name) {
    return Objects.requireNonNull(fileOf.get(name), name).dtype(name);
  }

  Tensor read(String name) throws IOException {
    return Objects.requireNonNull(fileOf.get(name), name).read(name);
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile file : files.values()) {
      file.close();
    }
  }
}
