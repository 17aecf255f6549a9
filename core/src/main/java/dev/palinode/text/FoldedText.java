package dev.palinode.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text normalized for comparing words, as by {@link Folding#fold}, with one space for any run of
 * white space. Each character has its offset in the original text.
 *
 * <p>Folding works on clusters (a character and the combining marks after it). So a prefix of a
 * text is folded as in the whole text, except for its last cluster, to which marks may be added
 * unless it is white space.
 */
public final class FoldedText {
  private static final int ASCII = 128;

  /** A cache: folding takes a hundred times as long as a lookup. */
  private static final @Nullable String[] KNOWN_FOLDS = new @Nullable String[1 << 16];

  private final StringBuilder chars;
  private int[] origins; // offset in the original of the cluster that each char comes from
  private int settled; // length of the prefix that following text cannot change
  private int settledOrigin; // the same in the original

  private FoldedText(int capacity) {
    chars = new StringBuilder(capacity);
    origins = new int[capacity];
  }

  /** Folds a text, without half a surrogate pair at its end. */
  public static FoldedText of(String original) {
    String text = PartialText.wholeCharacters(original);
    FoldedText folded = new FoldedText(text.length() + 16);
    for (int start = 0; start < text.length(); ) {
      int end = clusterEnd(text, start);
      folded.addCluster(text, start, end);
      start = end;
    }
    return folded;
  }

  public int length() {
    return chars.length();
  }

  public char charAt(int index) {
    return chars.charAt(index);
  }

  /** Offset in the original text. */
  public int origin(int index) {
    return origins[index];
  }

  /** Length of the prefix that does not change, whatever follows the text. */
  public int settled() {
    return settled;
  }

  /** The offset in the original that corresponds to {@link #settled}. */
  public int settledOrigin() {
    return settledOrigin;
  }

  /** Whether a word may begin or end between the two characters around an index. */
  public boolean isBoundary(int index) {
    if (index == 0 || index == chars.length()) {
      return true;
    }
    int before = chars.codePointBefore(index);
    int after = chars.codePointAt(index);
    if (Folding.isMark(after) || Character.isLowSurrogate(chars.charAt(index))) {
      return false;
    }
    boolean isInside =
        (Character.isLetterOrDigit(before) || Folding.isMark(before))
            && Character.isLetterOrDigit(after);
    return !isInside || Folding.isUnspaced(before) || Folding.isUnspaced(after);
  }

  @Override
  public String toString() {
    return chars.toString();
  }

  private static String foldOf(char alone) {
    String known = KNOWN_FOLDS[alone];
    if (known == null) {
      known = Folding.fold(String.valueOf(alone));
      KNOWN_FOLDS[alone] = known;
    }
    return known;
  }

  private void addCluster(String text, int start, int end) {
    char first = text.charAt(start);
    int before = chars.length();
    if (end - start == 1 && first < ASCII) {
      add(Character.toLowerCase(first), start);
    } else {
      String folded = end - start == 1 ? foldOf(first) : Folding.fold(text.substring(start, end));
      for (int i = 0; i < folded.length(); i++) {
        add(folded.charAt(i), start);
      }
    }
    boolean isSettled = isSpace(first);
    settled = isSettled ? chars.length() : before;
    settledOrigin = isSettled ? end : start;
  }

  private void add(char c, int origin) {
    boolean isSpace = isSpace(c);
    int length = chars.length();
    if (isSpace && length > 0 && chars.charAt(length - 1) == ' ') {
      return;
    }
    if (length == origins.length) {
      origins = Arrays.copyOf(origins, 2 * length);
    }
    chars.append(isSpace ? ' ' : c);
    origins[length] = origin;
  }

  /**
   * A character with the marks and invisible characters that follow it. White space is always a
   * whole cluster, so that the end of a word is known before the next one begins.
   */
  private static int clusterEnd(String text, int start) {
    if (isSpace(text.charAt(start))) {
      return start + 1;
    }
    int next = start + Character.charCount(text.codePointAt(start));
    while (next < text.length() && text.charAt(next) >= ASCII) {
      int each = text.codePointAt(next);
      if (!Folding.isMark(each) && !Folding.isUnseen(each)) {
        return next;
      }
      next += Character.charCount(each);
    }
    return next;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
