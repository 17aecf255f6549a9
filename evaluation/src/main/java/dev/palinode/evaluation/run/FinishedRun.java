package dev.palinode.evaluation.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.FolderEntries;
import dev.palinode.io.JsonFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.function.IOConsumer;

/**
 * A run that has ended, for reading.
 *
 * @param folder of the run
 * @param manifest what was run
 * @param summary its numbers
 */
public record FinishedRun(Path folder, ObjectNode manifest, ObjectNode summary) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads manifest and summary.
   *
   * @throws IOException if there is no run, or it has not ended
   */
  public static FinishedRun read(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    } else if (!Files.exists(folder.resolve(RunFolder.MANIFEST))) {
      throw new IOException(
          folder + " is not the folder of a run: it has no " + RunFolder.MANIFEST);
    } else if (!Files.exists(folder.resolve(RunFolder.SUMMARY))) {
      throw new IOException(
          folder + ": the run has not ended; the command that began it resumes it");
    }
    return new FinishedRun(
        folder,
        JsonFiles.readObject(folder.resolve(RunFolder.MANIFEST)),
        JsonFiles.readObject(folder.resolve(RunFolder.SUMMARY)));
  }

  /**
   * Whether a folder holds a run of that manifest that has ended.
   *
   * @throws IOException if the folder cannot be read
   */
  public static boolean exists(Path folder, ObjectNode manifest) throws IOException {
    return Files.exists(folder.resolve(RunFolder.SUMMARY))
        && ManifestDifferences.of(
                JsonFiles.readObject(folder.resolve(RunFolder.MANIFEST)), manifest)
            .isEmpty();
  }

  /**
   * Reads the run in a folder; if it holds none, those in its own folders, as a sweep leaves them.
   *
   * @throws IOException if there is no run, or one has not ended
   */
  public static List<FinishedRun> readAll(Path folder) throws IOException {
    List<FinishedRun> runs = new ArrayList<>();
    if (!Files.exists(folder.resolve(RunFolder.MANIFEST))) {
      for (Path each : FolderEntries.of(folder)) {
        if (Files.exists(each.resolve(RunFolder.MANIFEST))) {
          runs.add(read(each));
        }
      }
    }
    return runs.isEmpty() ? List.of(read(folder)) : runs;
  }

  /** The file of results. */
  public Path results() {
    return folder.resolve(RunFolder.RESULTS);
  }

  /**
   * Reads the lines of results, in their order.
   *
   * @throws IOException if a line is broken; the message names file and line
   */
  public void forEach(IOConsumer<ObjectNode> sink) throws IOException {
    Path file = results();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 1;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sink.accept(parsed(file, number++, line));
      }
    }
  }

  private static ObjectNode parsed(Path file, int number, String line) throws IOException {
    try {
      if (JSON.readTree(line) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // is reported below
    }
    throw new IOException("%s, line %s: not a line of results".formatted(file, number));
  }
}
