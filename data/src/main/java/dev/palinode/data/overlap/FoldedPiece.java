package dev.palinode.data.overlap;

import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A piece of text with characters beyond ASCII, folded as {@link Words} says. */
final class FoldedPiece {
  private static final char GRAPHEME_JOINER = '\u034F';

  private static final Set<UnicodeScript> UNSPACED =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR);

  private final String folded;

  private FoldedPiece(String folded) {
    this.folded = folded;
  }

  static FoldedPiece of(String piece) {
    return new FoldedPiece(fold(visible(piece)));
  }

  /** Hands the words over, in their order. */
  void giveTo(WordReader words) {
    int start = 0;
    for (int at = 0; at < folded.length(); ) {
      int character = folded.codePointAt(at);
      int next = at + Character.charCount(character);
      if (isMark(character) && at > start) {
        at = next; // belongs to what stands before it
        continue;
      }
      boolean isLetter = Character.isLetterOrDigit(character);
      boolean isAlone = isLetter && isUnspaced(character);
      if (!isLetter || isAlone || (at > start && isUnspaced(folded.codePointAt(start)))) {
        give(words, start, at);
        start = isLetter ? at : next;
      }
      at = next;
    }
    give(words, start, folded.length());
  }

  /** Whether the piece begins with a letter or digit, and is one word and nothing else. */
  boolean isOneWord() {
    int[] bases = folded.codePoints().filter(each -> !isMark(each)).toArray();
    return !folded.isEmpty()
        && !isMark(folded.codePointAt(0))
        && Arrays.stream(bases).allMatch(Character::isLetterOrDigit)
        && (bases.length == 1 || Arrays.stream(bases).noneMatch(FoldedPiece::isUnspaced));
  }

  /** Whether the piece begins with a character of a script without spaces between words. */
  boolean isUnspaced() {
    return isUnspaced(folded.codePointAt(0));
  }

  /** The folded text. */
  @Override
  public String toString() {
    return folded;
  }

  private void give(WordReader words, int start, int end) {
    if (end > start) {
      words.addWord(folded.substring(start, end).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String visible(String piece) {
    if (piece.codePoints().noneMatch(FoldedPiece::isUnseen)) {
      return piece;
    }
    StringBuilder seen = new StringBuilder(piece.length());
    piece.codePoints().filter(each -> !isUnseen(each)).forEach(seen::appendCodePoint);
    return seen.toString();
  }

  private static String fold(String piece) {
    String upper = Normalizer.normalize(piece, Normalizer.Form.NFKD).toUpperCase(Locale.ROOT);
    StringBuilder lower = new StringBuilder(upper.length());
    // one by one: a String would make a final sigma another letter
    upper.codePoints().map(Character::toLowerCase).forEach(lower::appendCodePoint);
    return Normalizer.normalize(lower, Normalizer.Form.NFKD);
  }

  private static boolean isUnseen(int character) {
    return Character.getType(character) == Character.FORMAT
        || character == GRAPHEME_JOINER
        || (character >= 0xFE00 && character <= 0xFE0F) // variation selectors
        || (character >= 0xE0100 && character <= 0xE01EF);
  }

  private static boolean isMark(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  private static boolean isUnspaced(int character) {
    return UNSPACED.contains(UnicodeScript.of(character));
  }
}
