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
 * What it takes to make a data file again, written beside it as {@code FILE.manifest.json}: which
 * inputs, which settings, which version, and counts of the result.
 *
 * <p>The same inputs and settings give the same bytes: there is no time in it, and of a path only
 * the name.
 *
 * <pre>{@code
 * Manifest.of("data pairs")
 *     .input(file)
 *     .setting("seed", 1)
 *     .count("pairs", pairs)
 *     .write(output, pairs);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class Manifest {
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode inputs;
  private final ObjectNode settings;
  private final ObjectNode counts;
  private final ArrayNode notes = JsonNodeFactory.instance.arrayNode();

  private Manifest(String command) {
    json.put("command", command).put("palinode", ProductVersion.current());
    inputs = json.putArray("inputs");
    settings = json.putObject("settings");
    counts = json.putObject("counts");
  }

  /**
   * @param command what made the file, as it is called on the command line: {@code data import}
   */
  public static Manifest of(String command) {
    return new Manifest(command);
  }

  /** The place of a file's manifest. */
  public static Path beside(Path output) {
    return output.resolveSibling(output.getFileName() + ".manifest.json");
  }

  /**
   * A file that was read.
   *
   * @throws IOException if it cannot be read for its hash
   */
  public Manifest input(Path file) throws IOException {
    return input(String.valueOf(file.getFileName()), FileDigest.of(file), Map.of());
  }

  /**
   * A file that was read, under a name that says the same on every machine.
   *
   * @param facts further texts about it, such as its format and licence, in their order
   */
  public Manifest input(String name, FileDigest digest, Map<String, String> facts) {
    ObjectNode input = inputs.addObject();
    input.put("file", name).put("bytes", digest.bytes()).put("sha256", digest.sha256());
    facts.forEach(input::put);
    return this;
  }

  /**
   * Something that the result depends on beside the inputs.
   *
   * @param value a text, a number or a boolean
   */
  public Manifest setting(String key, Object value) {
    settings.putPOJO(key, value);
    return this;
  }

  /** How many there were of something. */
  public Manifest count(String name, long count) {
    counts.put(name, count);
    return this;
  }

  /** Something that whoever uses the file should know, in a sentence. */
  public Manifest note(String sentence) {
    notes.add(sentence);
    return this;
  }

  /**
   * Writes the manifest beside a file that is there already.
   *
   * @param rows of the file
   * @return its path
   * @throws IOException if the file cannot be read for its hash, or nothing can be written there
   */
  public Path write(Path output, long rows) throws IOException {
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
    Path manifest = beside(output);
    JsonFiles.replace(manifest, whole);
    return manifest;
  }
}
