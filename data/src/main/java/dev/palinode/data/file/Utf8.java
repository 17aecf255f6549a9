package dev.palinode.data.file;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8. */
final class Utf8 {
  /**
   * Replacement for bytes that are not UTF-8, in a {@link #reader}. It is a noncharacter, which no
   * text should contain, rather than U+FFFD, which many texts do.
   */
  static final char BROKEN = '\uFFFF';

  private Utf8() {}

  /**
   * Index of the first byte in {@code start} to {@code end} that is not UTF-8; -1 if there is none.
   */
  static int firstBroken(byte[] bytes, int start, int end) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports malformed input
    ByteBuffer source = ByteBuffer.wrap(bytes, start, end - start);
    CharBuffer unused = CharBuffer.allocate(4096);
    CoderResult result;
    do {
      result = decoder.decode(source, unused.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? source.position() : -1;
  }

  /** Reader of a UTF-8 stream, with {@link #BROKEN} in place of malformed bytes. */
  static Reader reader(InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(BROKEN)));
  }
}
