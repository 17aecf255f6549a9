package dev.palinode.model.checkpoint;

import dev.palinode.model.config.ParameterNames;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.text.Printable;
import java.io.IOException;
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
      } else if (Files.isRegularFile(folder.resolve(WeightIndex.NAME))) {
        opened.readIndex();
      } else {
        throw new IOException(folder + " has neither " + SINGLE + " nor " + WeightIndex.NAME);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void readIndex() throws IOException {
    Path index = folder.resolve(WeightIndex.NAME);
    WeightIndex.read(
        index,
        (name, shard) -> {
          if (!isPlainName(shard)) {
            throw new IOException(
                index + ": " + Printable.quote(shard) + " is no file name in this folder");
          }
          if (!isFile(shard)) {
            throw new IOException(
                "%s: weight %s should be in %s, which is no file in this folder; is it missing?"
                    .formatted(index, Printable.quote(name), Printable.quote(shard)));
          }
          SafetensorsFile file = file(shard);
          if (!file.names().contains(name)) {
            throw new IOException(
                "%s: weight %s is not in %s, where it should be"
                    .formatted(index, Printable.quote(name), Printable.quote(shard)));
          }
          if (fileOf.put(name, file) != null) {
            throw new IOException(index + ": weight " + Printable.quote(name) + " is there twice");
          }
        });
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

  /** The files. */
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
