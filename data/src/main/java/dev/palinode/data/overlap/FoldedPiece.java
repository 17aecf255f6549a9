package dev.palinode.data.overlap;

import dev.palinode.guard.Folding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A piece of text with characters beyond ASCII, folded as {@link Words} says. */
final class FoldedPiece {
  private final String folded;

  private FoldedPiece(String folded) {
    this.folded = folded;
  }

  static FoldedPiece of(String piece) {
    return new FoldedPiece(Folding.fold(piece));
  }

  /** Hands the words over, in their order. */
  void giveTo(WordReader words) {
    int start = 0;
    for (int at = 0; at < folded.length(); ) {
      int character = folded.codePointAt(at);
      int next = at + Character.charCount(character);
      if (Folding.isMark(character) && at > start) {
        at = next; // belongs to what stands before it
        continue;
      }
      boolean isLetter = Character.isLetterOrDigit(character);
      boolean isAlone = isLetter && Folding.isUnspaced(character);
      if (!isLetter || isAlone || (at > start && Folding.isUnspaced(folded.codePointAt(start)))) {
        give(words, start, at);
        start = isLetter ? at : next;
      }
      at = next;
    }
    give(words, start, folded.length());
  }

  /** Whether the piece begins with a letter or digit, and is one word and nothing else. */
  boolean isOneWord() {
    int[] bases = folded.codePoints().filter(each -> !Folding.isMark(each)).toArray();
    return !folded.isEmpty()
        && !Folding.isMark(folded.codePointAt(0))
        && Arrays.stream(bases).allMatch(Character::isLetterOrDigit)
        && (bases.length == 1 || Arrays.stream(bases).noneMatch(Folding::isUnspaced));
  }

  /** Whether the piece begins with a character of a script without spaces between words. */
  boolean isUnspaced() {
    return Folding.isUnspaced(folded.codePointAt(0));
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
}
