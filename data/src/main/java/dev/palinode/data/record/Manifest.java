package dev.palinode.data.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.ProductVersion;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Provenance of a data file, written next to it as {@code FILE.manifest.json}: inputs, settings,
 * version, and counts of the result, so that it can be reproduced.
 *
 * <p>The same inputs and settings give the same bytes: it contains no time stamps, and file names
 * without folders.
 *
 * <p>Not thread-safe.
 */
public final class Manifest {
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode inputs;
  private final ObjectNode settings;
  private final ObjectNode counts;
  private final ArrayNode notes = JsonNodeFactory.instance.arrayNode();

  /**
   * @param command the command that made the file: {@code data import}
   */
  public Manifest(String command) {
    json.put("command", command).put("palinode", ProductVersion.current());
    inputs = json.putArray("inputs");
    settings = json.putObject("settings");
    counts = json.putObject("counts");
  }

  /** The path of a file's manifest. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".manifest.json");
  }

  /**
   * Adds an input file under a machine-independent name.
   *
   * @param facts further properties, such as format and licence, in order
   */
  public Manifest input(String name, FileDigest digest, Map<String, String> facts) {
    ObjectNode input = inputs.addObject();
    input.put("file", name).put("bytes", digest.bytes()).put("sha256", digest.sha256());
    facts.forEach(input::put);
    return this;
  }

  /** Adds a setting that the result depends on: a text, a number or a boolean. */
  public Manifest setting(String key, Object value) {
    settings.putPOJO(key, value);
    return this;
  }

  /** Adds a count. */
  public Manifest count(String name, long count) {
    counts.put(name, count);
    return this;
  }

  /** Adds a note for users of the file, one sentence. */
  public Manifest note(String sentence) {
    notes.add(sentence);
    return this;
  }

  /**
   * Writes the manifest next to a file that already exists.
   *
   * @param rows number of rows of the file
   * @throws IOException if the file cannot be read, or the manifest cannot be written
   */
  public void write(Path output, long rows) throws IOException {
    FileDigest digest = FileDigest.of(output);
    ObjectNode whole = json.deepCopy();
    if (!notes.isEmpty()) {
      whole.set("notes", notes);
    }
    whole
        .putObject("output")
        .put("file", String.valueOf(output.getFileName()))
        .put("rows", rows)
        .put("bytes", digest.bytes())
        .put("sha256", digest.sha256());
    JsonFiles.replace(beside(output), whole);
  }
}
