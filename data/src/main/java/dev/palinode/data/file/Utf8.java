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
   * What a {@link #reader} gives for bytes that are not UTF-8. A noncharacter, which no text should
   * hold, and not U+FFFD, which many do.
   */
  static final char BROKEN = '\uFFFF';

  private Utf8() {}

  /** The place of the first byte from {@code start} on that is not UTF-8; -1 if all are. */
  static int firstBroken(byte[] bytes, int start, int end) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
    ByteBuffer source = ByteBuffer.wrap(bytes, start, end - start);
    CharBuffer unused = CharBuffer.allocate(4096);
    CoderResult result;
    do {
      result = decoder.decode(source, unused.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? source.position() : -1;
  }

  /** Characters of a stream, with {@link #BROKEN} in place of what is not UTF-8. */
  static Reader reader(InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(BROKEN)));
  }
}
