package dev.palinode.data.file;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /** Where the characters go that nobody wants. */
  private final CharBuffer sink = CharBuffer.allocate(4096);

  /** The place of the first byte from {@code start} on that is no UTF-8; -1 if all are. */
  int firstBroken(byte[] bytes, int start, int end) {
    int checked = wellFormedUpTo(bytes, start, end);
    return checked == end ? -1 : firstBrokenByDecoder(bytes, checked, end);
  }

  /** The decoder knows best which byte is to blame, and takes several times as long. */
  private int firstBrokenByDecoder(byte[] bytes, int start, int end) {
    ByteBuffer source = ByteBuffer.wrap(bytes, start, end - start);
    decoder.reset();
    CoderResult result;
    do {
      result = decoder.decode(source, sink.clear(), true);
    } while (result.isOverflow());
    return result.isError() ? source.position() : -1;
  }

  /** Behind the last character before the first that is not well-formed, or {@code end}. */
  private static int wellFormedUpTo(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      if (at + Long.BYTES <= end && ((long) WORDS.get(bytes, at) & HIGH_BITS) == 0) {
        at += Long.BYTES;
      } else if (bytes[at] >= 0) {
        at++;
      } else {
        int length = lengthAt(bytes, at, end);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return end;
  }

  /** Bytes of a character beyond ASCII (Unicode, table 3-7); 0 if it is not well-formed. */
  private static int lengthAt(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xFF;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || at + length > end) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    boolean sound = second >= least && second <= most;
    for (int next = at + 2; next < at + length; next++) {
      sound &= (bytes[next] & 0xC0) == 0x80;
    }
    return sound ? length : 0;
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
