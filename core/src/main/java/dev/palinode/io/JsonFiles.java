package dev.palinode.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads and writes JSON files and preserves the order of keys and every digit of numbers (scores of
 * a unigram vocabulary would lose digits as doubles).
 */
public final class JsonFiles {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // No limit on strings: vocabularies are large, and these files are trusted.
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private JsonFiles() {}

  /**
   * Reads the JSON object of a file.
   *
   * @throws UncheckedIOException if the file is missing or cannot be read
   * @throws IllegalArgumentException if it holds anything but one JSON object
   */
  public static ObjectNode readObject(Path file) {
    try {
      if (MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new IllegalArgumentException(file + ": expected a JSON object");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + ": expected a JSON object, but it is no JSON: " + e.getOriginalMessage(), e);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(file + ": no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Replaces a file by this JSON, indented, as {@link AtomicFile} does. */
  public static void replace(Path file, JsonNode json) throws IOException {
    AtomicFile.replace(file, MAPPER.writeValueAsString(json) + "\n");
  }

  /** The object as indented JSON. */
  public static String write(ObjectNode object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
