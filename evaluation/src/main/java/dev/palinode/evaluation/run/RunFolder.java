package dev.palinode.evaluation.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.FolderLock;
import dev.palinode.io.JsonFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.function.IOConsumer;

/**
 * The folder of a run, open for writing by one process at a time. Thread-safe.
 *
 * <p>A line of results has a key, such as benchmark, prompt and sample. A run asks {@link #keys}
 * what is done, {@linkplain #append appends} the rest in any order, and {@linkplain #putInOrder
 * ends} with the lines in one order.
 */
public final class RunFolder implements Closeable {
  static final String MANIFEST = "manifest.json";
  static final String RESULTS = "results.jsonl";
  static final String SUMMARY = "summary.json";

  private final Path folder;
  private final FolderLock lock;
  private final ResultsFile results;

  private RunFolder(Path folder, FolderLock lock, ResultsFile results) {
    this.folder = folder;
    this.lock = lock;
    this.results = results;
  }

  /**
   * Starts a run, or resumes it.
   *
   * @param folder created if missing
   * @param manifest everything that results depend on, without times
   * @param keyFields names of the fields of a line that tell samples apart
   * @throws IOException if the folder has another manifest (the message names each difference), is
   *     in use by another process, holds other files, or cannot be read or written
   */
  public static RunFolder open(Path folder, ObjectNode manifest, List<String> keyFields)
      throws IOException {
    FolderLock lock = FolderLock.take(folder, "a run");
    try {
      Path file = folder.resolve(MANIFEST);
      if (Files.exists(file)) {
        requireSame(folder, JsonFiles.readObject(file), manifest);
      } else if (Files.exists(folder.resolve(RESULTS))) {
        throw new IOException(folder + " has results without a manifest: name another folder");
      } else {
        JsonFiles.replace(file, manifest);
      }
      return new RunFolder(folder, lock, new ResultsFile(folder.resolve(RESULTS), keyFields));
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void requireSame(Path folder, ObjectNode there, ObjectNode now)
      throws IOException {
    List<String> differences = ManifestDifferences.of(there, now);
    if (!differences.isEmpty()) {
      throw new IOException(
          folder
              + " holds another run; give the same settings to resume it, or name another"
              + " folder:\n  "
              + String.join("\n  ", differences));
    }
  }

  /** The keys of the lines that there are. */
  public Set<List<String>> keys() {
    return results.keys();
  }

  /** The line of a key. */
  public Optional<ObjectNode> get(List<String> key) throws IOException {
    return results.get(key);
  }

  /** Appends a line; it replaces one of the same key. A run that had ended has not any more. */
  public void append(ObjectNode line) throws IOException {
    Files.deleteIfExists(folder.resolve(SUMMARY));
    results.append(line);
  }

  /**
   * Forgets a line; it leaves the file when the lines are {@linkplain #putInOrder put in order}.
   */
  public void remove(List<String> key) {
    results.remove(key);
  }

  /** Passes on all lines. */
  public void forEach(IOConsumer<ObjectNode> sink) throws IOException {
    results.forEach(sink);
  }

  /**
   * Puts the lines in order. Done before they are summed up, so that sums do not depend on the
   * order in which samples were completed.
   *
   * @param order keys; lines with other keys follow in the order in which they were appended
   */
  public void putInOrder(List<List<String>> order) throws IOException {
    results.putInOrder(order);
  }

  /** Writes the numbers of the run. */
  public void writeSummary(ObjectNode summary) throws IOException {
    JsonFiles.replace(folder.resolve(SUMMARY), summary);
  }

  @Override
  public void close() throws IOException {
    try (FolderLock unlocked = lock) {
      results.close();
    }
  }
}
