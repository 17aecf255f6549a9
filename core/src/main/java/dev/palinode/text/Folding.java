package dev.palinode.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What counts as the same character wherever texts are compared: case does not count, nor do
 * compatibility variants and characters that are not seen; accents do.
 */
public final class Folding {
  private static final char GRAPHEME_JOINER = '\u034F';

  /** Scripts that write words without anything between them. */
  private static final Set<UnicodeScript> UNSPACED =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private Folding() {}

  /**
   * What is seen of the text in NFKD, without case, by way of upper case: sharp s is {@code ss}.
   */
  public static String fold(String text) {
    String decomposed = Normalizer.normalize(visible(text), Normalizer.Form.NFKD);
    String upper = decomposed.toUpperCase(Locale.ROOT);
    StringBuilder lower = new StringBuilder(upper.length());
    // one by one: a String would make a final sigma another letter
    upper.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
    return Normalizer.normalize(lower, Normalizer.Form.NFKD);
  }

  private static String visible(String text) {
    if (text.codePoints().noneMatch(Folding::isUnseen)) {
      return text;
    }
    StringBuilder seen = new StringBuilder(text.length());
    text.codePoints().filter(each -> !isUnseen(each)).forEach(seen::appendCodePoint);
    return seen.toString();
  }

  /** Soft hyphens, zero-width characters, variation selectors and the like. */
  public static boolean isUnseen(int character) {
    return Character.getType(character) == Character.FORMAT
        || character == GRAPHEME_JOINER
        || (character >= 0xFE00 && character <= 0xFE0F) // variation selectors
        || (character >= 0xE0100 && character <= 0xE01EF);
  }

  /** Marks that belong to the letter before them. */
  public static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** Characters of scripts that write words without spaces: each is a word by itself. */
  public static boolean isUnspaced(int character) {
    // they begin with Thai; looking up a script takes longer than all else
    return character >= '\u0E00' && UNSPACED.contains(UnicodeScript.of(character));
  }
}
