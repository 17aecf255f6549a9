package dev.palinode.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Character folding for text comparison. Ignores case, compatibility variants (full-width letters,
 * ligatures, composed and decomposed accents) and invisible characters; keeps accents, which in
 * many languages make another word. Look-alikes of other scripts are not normalized.
 */
public final class Folding {
  private static final char GRAPHEME_JOINER = '\u034F';

  /** Scripts without separators between words. */
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
   * The text without invisible characters, in NFKD, in lower case by way of upper case: sharp s is
   * {@code ss}.
   */
  public static String fold(String text) {
    String decomposed = Normalizer.normalize(visible(text), Normalizer.Form.NFKD);
    String upper = decomposed.toUpperCase(Locale.ROOT);
    StringBuilder lower = new StringBuilder(upper.length());
    // each code point alone: String.toLowerCase makes a final sigma another letter
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

  /** Combining marks, which belong to the letter before them. */
  public static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** Characters of scripts without spaces between words: each counts as a word. */
  public static boolean isUnspaced(int character) {
    // Thai is the first of them; looking up a script is the slowest part
    return character >= '\u0E00' && UNSPACED.contains(UnicodeScript.of(character));
  }
}
