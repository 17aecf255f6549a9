package dev.palinode.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Streaming reader for untrusted JSON: parts that the reader does not keep take no memory. */
public final class ForeignJson {
  private static final int MAX_DEPTH = 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Canonicalization helps only where names recur, and would keep every name.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** Consumes the JSON tokens. */
  @FunctionalInterface
  public interface Reading {
    /** Gets a parser at the start; need not read to the end. */
    void read(JsonParser json) throws IOException;
  }

  private ForeignJson() {}

  /**
   * Reads one JSON value.
   *
   * @param what the name of the value in messages
   * @throws IOException if it is not UTF-8, not JSON, nested more than 16 deep, or something
   *     follows; those of {@code reading} pass unchanged
   */
  public static void read(Path file, String what, InputStream bytes, Reading reading)
      throws IOException {
    try (JsonParser json =
        FACTORY.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()))) {
      reading.read(json);
      if (json.nextToken() != null) {
        throw new IOException(file + ": something follows the JSON of " + what);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + ": " + what + " is no JSON: " + Printable.escape(e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": " + what + " is no UTF-8", e);
    }
  }
}
