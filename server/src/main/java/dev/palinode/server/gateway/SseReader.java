package dev.palinode.server.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the data of server-sent events, as the HTML standard parses them (section 9.2.6): lines end
 * with CR, LF or both, comments and other fields are skipped, the lines of an event's data are
 * joined, and an event that no blank line ends is none. Waits for no more bytes than it needs.
 */
final class SseReader {
  /** A longer event is no part of an answer. */
  static final int LONGEST = 4 << 20;

  private final BufferedReader in;
  private boolean afterReturn;

  SseReader(InputStream stream) {
    in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /** The next event's data; empty at the end of the stream. */
  Optional<String> next() throws IOException {
    StringBuilder data = new StringBuilder();
    for (String line = line(); line != null; line = line()) {
      if (line.isEmpty() && data.length() > 0) {
        return Optional.of(data.substring(0, data.length() - 1));
      } else if (line.startsWith("data:")) {
        data.append(line, line.startsWith(" ", 5) ? 6 : 5, line.length()).append('\n');
        requireShort(data);
      }
    }
    return Optional.empty();
  }

  /** The next line without its end; null at the end of the stream, also after half a line. */
  private @Nullable String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      boolean endsPair = afterReturn && c == '\n';
      afterReturn = c == '\r';
      if (endsPair) {
        continue;
      }
      if (c == '\n' || c == '\r') {
        return line.toString();
      }
      line.append((char) c);
      requireShort(line);
    }
    return null;
  }

  private static void requireShort(StringBuilder text) throws IOException {
    if (text.length() > LONGEST) {
      throw new IOException("an event of more than " + LONGEST + " characters");
    }
  }
}
