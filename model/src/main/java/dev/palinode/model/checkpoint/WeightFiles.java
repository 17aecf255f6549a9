package dev.palinode.model.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.palinode.io.ForeignJson;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The safetensors files of a checkpoint, one or several, as one set of named weights. */
final class WeightFiles implements AutoCloseable {
  static final String SINGLE = "model.safetensors";

  /** JSON file that says which weight of a sharded checkpoint is in which file. */
  static final String INDEX = "model.safetensors.index.json";

  private static final String MAP = "weight_map";

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
        opened.readIndex(folder.resolve(INDEX));
      } else {
        throw new IOException(folder + " has neither " + SINGLE + " nor " + INDEX);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readIndex(Path index) throws IOException {
    try (InputStream bytes = Files.newInputStream(index)) {
      ForeignJson.read(index, "the index", bytes, json -> readIndex(index, json));
    }
  }

  private void readIndex(Path index, JsonParser json) throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT, index, "the index is no JSON object");
    boolean found = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean isMap = json.currentName().equals(MAP);
      json.nextToken();
      if (isMap) {
        require(!found, index, MAP + " is there twice");
        found = true;
        readMap(index, json);
      } else {
        json.skipChildren();
      }
    }
    require(found, index, MAP + " is missing");
  }

  private void readMap(Path index, JsonParser json) throws IOException {
    require(
        json.currentToken() == JsonToken.START_OBJECT,
        index,
        MAP + " is no JSON object of weights and files");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      String weight = "weight " + Printable.quote(name);
      boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
      require(isText, index, weight + " has no file name, expected a string");
      String shard = json.getText();
      String quoted = Printable.quote(shard);
      require(isPlainName(shard), index, quoted + " is not a file name in this folder");
      require(
          isFile(shard),
          index,
          weight
              + " should be in "
              + quoted
              + ", which is not a file in this folder; is it missing?");
      SafetensorsFile file = file(shard);
      require(
          file.names().contains(name),
          index,
          weight + " is not in " + quoted + ", where it should be");
      require(fileOf.put(name, file) == null, index, weight + " is there twice");
    }
  }

  private static void require(boolean holds, Path index, String problem) throws IOException {
    if (!holds) {
      throw new IOException(index + ": " + problem);
    }
  }

  /** Whether this is a file name without a path: an index must not point outside its folder. */
  private static boolean isPlainName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  private boolean isFile(String name) {
    try {
      return Files.isRegularFile(folder.resolve(name));
    } catch (InvalidPathException e) {
      return false; // characters that file names cannot have here
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
   * Checks that there are exactly these weights.
   *
   * <p>Rotary frequencies, which some checkpoints contain, are computed and may be left over, and
   * so may an output head if embeddings are tied.
   */
  void requireExactly(Map<String, long[]> expected) throws IOException {
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          SafetensorsFile file = fileOf.get(name);
          String found = file == null ? "missing" : Arrays.toString(file.shape(name));
          String wanted = Arrays.toString(shape);
          if (!found.equals(wanted)) {
            problems.add(name + " is " + found + ", expected " + wanted);
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

  Set<Path> paths() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** The names of all weights, in the order of the files or the index. */
  Set<String> names() {
    return Collections.unmodifiableSet(fileOf.keySet());
  }

  /** The shape of one of the {@link #names}. */
  long[] shape(String name) {
    return holding(name).shape(name);
  }

  /** Number of elements of one of the {@link #names}. */
  long elements(String name) {
    return holding(name).elements(name);
  }

  /** The element type on disk of one of the {@link #names}. */
  DType dtype(String name) {
    return holding(name).dtype(name);
  }

  /** Reads one of the {@link #names}; belongs to the innermost {@code TensorScope}. */
  Tensor read(String name) throws IOException {
    return holding(name).read(name);
  }

  private SafetensorsFile holding(String name) {
    return Objects.requireNonNull(fileOf.get(name), name);
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile file : files.values()) {
      file.close();
    }
  }
}
