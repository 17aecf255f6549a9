package dev.palinode.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * A tokenizer with a few tokens, including the single bytes of two characters, so that text may be
 * cut inside them.
 */
public final class ToyTokenizer extends UniformTokenizer {
  /** Ends a text. */
  public static final int EOS = 0;

  /** Takes it back. */
  public static final int RESET = 1;

  private static final List<byte[]> TOKENS =
      List.of(
          utf8("<eos>"),
          utf8("[RESET]"),
          utf8("a"),
          utf8("b"),
          utf8(" "),
          utf8("."),
          utf8("bad"),
          utf8("! Yes"),
          utf8("\n"),
          new byte[] {(byte) 0xC3}, // é
          new byte[] {(byte) 0xA9},
          new byte[] {(byte) 0xE2}, // €
          new byte[] {(byte) 0x82},
          new byte[] {(byte) 0xAC});

  /** Number of ids. */
  public static final int SIZE = TOKENS.size();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int vocabSize() {
    return SIZE;
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      if (!skipSpecialTokens || !isSpecial(id)) {
        bytes.writeBytes(TOKENS.get(id));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public OptionalInt idOf(String token) {
    return token.equals("[RESET]") ? OptionalInt.of(RESET) : OptionalInt.empty();
  }

  @Override
  public boolean isSpecial(int id) {
    return id <= RESET;
  }
}
