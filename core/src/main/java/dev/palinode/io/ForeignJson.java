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

/**
 * JSON of unknown origin, read token by token: what the reader does not keep takes no memory,
 * however much of it there is.
 */
public final class ForeignJson {
  private static final int MAX_DEPTH = 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // A table of names helps only where names recur, and would keep each of them.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** What is done with the tokens. */
  @FunctionalInterface
  public interface Reading {
    /** Gets a parser before its first token; need not read to the end. */
    void read(JsonParser json) throws IOException;
  }

  private ForeignJson() {}

  /**
   * Reads one JSON value.
   *
   * @param what names it in messages
   * @throws IOException if it is not UTF-8, not JSON, nested more than 16 deep, or followed by
   *     anything but blanks; or what {@code reading} throws, as it is
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
