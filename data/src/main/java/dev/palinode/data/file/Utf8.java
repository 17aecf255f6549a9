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

/** Strict UTF-8. Not thread-safe. */
final class Utf8 {
  /**
   * What a {@link #reader} gives for bytes that are no UTF-8. A noncharacter, which no text should
   * hold, and not U+FFFD, which many do.
   */
  static final char BROKEN = '\uFFFF';

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /** Where the characters go that nobody wants. */
  private final CharBuffer sink = CharBuffer.allocate(4096);

  /** The place of the first byte from {@code start} on that is no UTF-8; -1 if all are. */
  int firstBroken(byte[] bytes, int start, int end) {
    ByteBuffer source = ByteBuffer.wrap(bytes, start, end - start);
    decoder.reset();
    CoderResult result;
    do {
      result = decoder.decode(source, sink.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? source.position() : -1;
  }

  /** Characters of a stream; {@link #BROKEN} stands for what is no UTF-8. */
  static Reader reader(InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(BROKEN)));
  }
}
