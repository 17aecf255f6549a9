package dev.palinode.testkit;

import java.util.OptionalInt;

/** A tokenizer with a token for each character of Latin-1; the first one ends a text. */
public final class CharTokenizer extends UniformTokenizer {
  /** Number of ids. */
  public static final int SIZE = 256;

  /** Ends a text. */
  public static final int EOS = 0;

  private static final String EOS_TEXT = "<eos>";

  @Override
  public int vocabSize() {
    return SIZE;
  }

  @Override
  public int[] encodeText(String text) {
    return text.chars().map(c -> Math.min(c, SIZE - 1)).toArray();
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(id != EOS ? String.valueOf((char) id) : skipSpecialTokens ? "" : EOS_TEXT);
    }
    return text.toString();
  }

  @Override
  public OptionalInt idOf(String token) {
    return token.equals(EOS_TEXT) ? OptionalInt.of(EOS) : OptionalInt.empty();
  }

  @Override
  public boolean isSpecial(int id) {
    return id == EOS;
  }
}
