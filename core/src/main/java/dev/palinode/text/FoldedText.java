package dev.palinode.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text as words are compared in it: without differences of case and compatibility, with the way
 * back to the original offsets.
 *
 * <ul>
 *   <li>Compatibility decomposition (NFKD): full-width letters, ligatures, mathematical alphabets,
 *       and composed against decomposed accents are the same. Accents themselves are kept: in many
 *       languages they make another word.
 *   <li>Case by way of upper case, so that sharp s is {@code ss}.
 *   <li>Invisible characters (soft hyphens, zero-width characters, variation selectors) are left
 *       out.
 *   <li>Any run of white space is one space.
 * </ul>
 *
 * <p>Look-alikes of other scripts, digits for letters and letters set apart by spaces are not
 * undone.
 *
 * <p>Folding goes from cluster to cluster (a character and the combining marks after it). So a
 * prefix of a text is folded as in the whole text, except for the prefix's last cluster, which may
 * still get marks unless it is white space.
 */
public final class FoldedText {
  private static final int ASCII = 128;

  /**
   * The folded forms of single characters met so far: folding takes a hundred times as long as a
   * lookup. Threads that meet one at the same time compute the same.
   */
  private static final @Nullable String[] KNOWN_FOLDS = new @Nullable String[1 << 16];

  private final StringBuilder chars;
  private int[] origins; // offset in the original of the cluster that each char comes from
  private int settled; // more text changes nothing before this index
  private int settledOrigin; // more text may change the folding of the original from here on

  private FoldedText(int capacity) {
    chars = new StringBuilder(capacity);
    origins = new int[capacity];
  }

  /** Folds a text; half a surrogate pair at its end is left out. */
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

  /** Nothing before this index changes, whatever follows the text. */
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

  /** The folded form of a character that is a cluster of its own. */
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
   * A character with the marks and invisible characters that follow it. White space is a cluster of
   * its own: marks after it change nothing, and the end of a word need not wait for the next one.
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
