package dev.palinode.guard;

import org.jspecify.annotations.Nullable;

/**
 * The search of a {@link WordSearch} for complete texts that are mostly ASCII, without a folded
 * copy: it knows what such a text would fold to, and leaves the text alone where it does not.
 *
 * <p>Most texts hold nothing, so what counts is how fast that is seen. A window of four characters
 * is moved along; where it begins with a word, a table of hashes tells whether an entry may begin
 * like that. There is no branch on the way, since where words begin cannot be predicted.
 */
final class QuickSearch {
  private static final int ASCII = 128;
  private static final int WINDOW = 4;

  /** In place of a state: whatever follows. */
  private static final int ANY = -1;

  private static final Verdict SAFE = Verdict.safe();
  private static final int HASH_BITS = 16;

  /**
   * What each ASCII character folds to, in seven bits; the eighth is set for letters and digits.
   */
  private static final int[] TRAITS = new int[ASCII];

  private static final int FOLD = 0x7F;
  private static final int WORD = 0x80;

  static {
    for (char c = 0; c < ASCII; c++) {
      TRAITS[c] =
          FoldedText.of(String.valueOf(c)).charAt(0) | (Character.isLetterOrDigit(c) ? WORD : 0);
    }
  }

  private final CharTrie lexicon;
  private final long[] beginnings = new long[(1 << HASH_BITS) / Long.SIZE];

  QuickSearch(CharTrie lexicon) {
    this.lexicon = lexicon;
    noteBeginnings(CharTrie.ROOT, 0, 0);
  }

  /** Notes all windows that begin as this one does and go on as an entry may, folded or not. */
  private void noteBeginnings(int state, int window, int length) {
    if (length == WINDOW) {
      int hash = hash(window);
      beginnings[hash / Long.SIZE] |= 1L << hash;
      return;
    }
    char last = (char) (window & 0xFF);
    for (char c = 0; c < ASCII; c++) {
      int longer = window << Byte.SIZE | c;
      if (state == ANY || (isEntry(state) && isBoundary(last, c))) {
        noteBeginnings(ANY, longer, length + 1);
      } else if (fold(c) == c) {
        boolean isSpaceAgain = c == ' ' && last == ' ';
        int next = isSpaceAgain ? state : lexicon.next(state, c);
        if (next != CharTrie.DEAD) {
          noteBeginnings(next, longer, length + 1);
        }
      }
    }
  }

  private static char fold(char ascii) {
    return (char) (TRAITS[ascii] & FOLD);
  }

  private static boolean isBoundary(char before, char after) {
    return (TRAITS[before] & TRAITS[after] & WORD) == 0;
  }

  private boolean isEntry(int state) {
    return lexicon.value(state) != null;
  }

  private static int hash(int window) {
    return (window * 0x9E3779B1) >>> (Integer.SIZE - HASH_BITS);
  }

  /** The verdict on a complete text; null if it takes folding to find it. */
  @Nullable Verdict search(String text) {
    char[] chars = text.toCharArray();
    long[] table = beginnings;
    int window = 0;
    int starts = 0; // a bit for each place in the window, the last one lowest: may a word begin?
    int before = 0;
    for (int at = 0; at < chars.length; at++) {
      char c = chars[at];
      if (c >= ASCII) {
        Verdict last = verdictBefore(chars, at, starts);
        if (last == null || last.isUnsafe() || !beginsNoEntry(c)) {
          return null;
        }
        starts = 0;
        before = 0; // no word, perhaps: what is found behind it is not certain
        continue;
      }
      int trait = TRAITS[c];
      window = window << Byte.SIZE | (trait & FOLD);
      starts = starts << 1 | ((~(before & trait) & WORD) >>> 7);
      before = trait;
      int hash = hash(window);
      if ((table[hash >> 6] >>> hash & starts >>> (WINDOW - 1) & 1) != 0) {
        Verdict verdict = verdictAt(chars, at - WINDOW + 1);
        if (verdict == null || verdict.isUnsafe()) {
          return verdict;
        }
      }
    }
    return verdictBefore(chars, chars.length, starts);
  }

  /** The verdict on what begins with a word in the window, which is not full, before a place. */
  private @Nullable Verdict verdictBefore(char[] chars, int at, int starts) {
    for (int back = WINDOW - 1; back > 0; back--) {
      if ((starts >>> (back - 1) & 1) != 0) {
        Verdict verdict = verdictAt(chars, at - back);
        if (verdict == null || verdict.isUnsafe()) {
          return verdict;
        }
      }
    }
    return SAFE;
  }

  private boolean beginsNoEntry(char c) {
    if (!FoldedText.standsAlone(c)) {
      return false;
    }
    String folded = FoldedText.foldOf(c);
    for (int i = 0; i < folded.length(); i++) {
      if (lexicon.next(CharTrie.ROOT, folded.charAt(i)) != CharTrie.DEAD) {
        return false;
      }
    }
    return true;
  }

  /**
   * The verdict on what begins at a place: unsafe if an entry ends there with a word; null if what
   * is not ASCII decides.
   */
  private @Nullable Verdict verdictAt(char[] chars, int start) {
    int state = CharTrie.ROOT;
    for (int at = start; at < chars.length; at++) {
      char c = chars[at];
      if (c >= ASCII) {
        return endsEverything(state, c) ? SAFE : null;
      }
      char folded = fold(c);
      if (folded == ' ' && at > start && fold(chars[at - 1]) == ' ') {
        continue; // a run of white space is one
      }
      state = lexicon.next(state, folded);
      if (state == CharTrie.DEAD) {
        return SAFE;
      }
      String entry = lexicon.value(state);
      if (entry != null && (at + 1 == chars.length || endsWord(c, chars[at + 1]))) {
        return start > 0 && chars[start - 1] >= ASCII ? null : WordSearch.found(entry, start);
      }
    }
    return SAFE;
  }

  private static boolean endsWord(char last, char next) {
    return next < ASCII && isBoundary(last, next);
  }

  /** Whether no entry goes on with a character that is not ASCII, nor ends before it. */
  private boolean endsEverything(int state, char c) {
    if (!FoldedText.standsAlone(c) || isEntry(state)) {
      return false;
    }
    char folded = FoldedText.foldOf(c).charAt(0);
    boolean mayBeOneSpace = folded == ' '; // with those before it
    return !mayBeOneSpace && lexicon.next(state, folded) == CharTrie.DEAD;
  }
}
