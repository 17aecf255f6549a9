package dev.palinode.model.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.FolderEntries;
import dev.palinode.io.JsonFiles;
import dev.palinode.io.PartialFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.tensor.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes weights to a folder as transformers does: {@code model.safetensors}, or, where that would
 * be too large, shards with an index. One tensor is in memory at a time, and tensors may come from
 * the files that are replaced.
 *
 * <p>Whenever the process is killed, the folder never loads as a mixture of old and new weights:
 *
 * <ol>
 *   <li>All data is written and forced to disk under temporary names. Existing files have not
 *       changed yet; a full disk fails here.
 *   <li>A single file is moved into place, which is the switch: readers prefer it to an index.
 *   <li>For shards: if {@code model.safetensors} exists, readers see it until it is deleted, last
 *       of all. Otherwise only the old index could combine old and new shards, as their names may
 *       be the same. It is deleted before the first shard is moved, and the new one is written
 *       after the last: in between, during a few renames, loading fails for lack of weights.
 *   <li>The rest of the old weights is deleted: an index beside a single file, and files with a
 *       shard's name that are not new.
 * </ol>
 */
final class WeightWriter {
  /** Maximum size of a shard, as in transformers. */
  static final long MAX_SHARD_BYTES = 5_000_000_000L;

  private static final Pattern SHARD_NAME = Pattern.compile("model-\\d+-of-\\d+\\.safetensors");

  private final Path folder;
  private final Path single;
  private final Path index;

  private WeightWriter(Path folder) {
    this.folder = folder;
    this.single = folder.resolve(WeightFiles.SINGLE);
    this.index = folder.resolve(WeightFiles.INDEX);
  }

  /**
   * Replaces the weights of a folder, which is created if needed.
   *
   * @param weights in the order in which they are written
   * @param maxShardBytes of data in one file; a larger tensor gets its own file
   */
  static void write(Path folder, Map<String, TensorSource> weights, long maxShardBytes)
      throws IOException {
    Files.createDirectories(folder);
    new WeightWriter(folder).write(shards(weights, maxShardBytes));
  }

  /** The shards, filled in order, as in transformers. */
  private static List<Map<String, TensorSource>> shards(
      Map<String, TensorSource> weights, long maxShardBytes) {
    List<Map<String, TensorSource>> shards = new ArrayList<>();
    shards.add(new LinkedHashMap<>());
    long filled = 0;
    for (Map.Entry<String, TensorSource> weight : weights.entrySet()) {
      long bytes = weight.getValue().bytes();
      if (filled > 0 && filled + bytes > maxShardBytes) {
        shards.add(new LinkedHashMap<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).put(weight.getKey(), weight.getValue());
      filled += bytes;
    }
    return shards;
  }

  private void write(List<Map<String, TensorSource>> shards) throws IOException {
    Map<Path, PartialFile> partial = new LinkedHashMap<>(); // by final name
    try {
      for (int i = 0; i < shards.size(); i++) {
        Path target = folder.resolve(name(i, shards.size()));
        Map<String, TensorSource> shard = shards.get(i);
        PartialFile file = PartialFile.beside(target);
        partial.put(target, file);
        file.write(temporary -> SafetensorsWriter.create(temporary, shard));
      }
      if (shards.size() == 1) {
        moveIntoPlace(partial.values());
        Files.deleteIfExists(index);
      } else {
        Files.deleteIfExists(index);
        moveIntoPlace(partial.values());
        JsonFiles.replace(index, index(shards));
        Files.deleteIfExists(single);
      }
      deleteShardsBut(partial.keySet());
    } finally {
      for (PartialFile each : partial.values()) {
        each.close();
      }
    }
  }

  private static void moveIntoPlace(Collection<PartialFile> partial) throws IOException {
    for (PartialFile each : partial) {
      each.moveIntoPlace();
    }
  }

  private void deleteShardsBut(Set<Path> kept) throws IOException {
    for (Path file : FolderEntries.of(folder)) {
      boolean isShard = SHARD_NAME.matcher(file.getFileName().toString()).matches();
      if (isShard && !kept.contains(file)) {
        Files.delete(file);
      }
    }
  }

  private static String name(int shard, int shards) {
    return shards == 1
        ? WeightFiles.SINGLE
        : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, shards);
  }

  private static ObjectNode index(List<Map<String, TensorSource>> shards) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = index.putObject("metadata");
    ObjectNode map = index.putObject("weight_map");
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      for (Map.Entry<String, TensorSource> weight : shards.get(i).entrySet()) {
        map.put(weight.getKey(), name(i, shards.size()));
        total += weight.getValue().bytes();
      }
    }
    metadata.put("total_size", total);
    return index;
  }
}
