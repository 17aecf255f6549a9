package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.data.record.DataException;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.lang3.StringUtils;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads the YAML files that people write: recipes and benchmarks. */
public final class YamlFile {
  private static final YAMLMapper YAML = new YAMLMapper();

  private YamlFile() {}

  /**
   * The keys of a file.
   *
   * @throws DataException if it is not valid YAML, with line and column, or has no keys
   * @throws IOException if it cannot be read
   */
  public static ObjectNode read(Path file) throws IOException {
    String text = TextFiles.read(file);
    try {
      if (YAML.readTree(text) instanceof ObjectNode keys) {
        return keys;
      }
    } catch (JsonProcessingException e) {
      throw new DataException(file, problem(e, text));
    }
    throw new DataException(file, "the file has no keys");
  }

  private static String problem(JsonProcessingException error, String text) {
    if (error.getCause() instanceof MarkedYAMLException cause) {
      String problem = cause.getProblem().replace("'<stream end>'", "the end of the file");
      return "%s: not valid YAML: %s".formatted(place(cause.getProblemMark(), text), problem);
    }
    return "not valid YAML: " + StringUtils.substringBefore(error.getOriginalMessage(), "\n");
  }

  /** Of the last line with text, if the parser stopped only at the end. */
  private static String place(Mark mark, String text) {
    List<String> lines = text.stripTrailing().lines().toList();
    if (lines.isEmpty()) {
      return "line 1";
    }
    boolean isBehind = mark.getLine() >= lines.size();
    int line = isBehind ? lines.size() : mark.getLine() + 1;
    int column = isBehind ? lines.get(line - 1).length() : mark.getColumn() + 1;
    return "line %s, column %s".formatted(line, column);
  }
}
