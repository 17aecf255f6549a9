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

  /** In place of a state: it takes folding to know it. */
  private static final int UNSURE = -2;

  private static final int HASH_BITS = 16;

  private final CharTrie lexicon;
  private final char[] folds = new char[ASCII];
  private final int[] isWord = new int[ASCII]; // 1 for letters and digits
  private final long[] beginnings = new long[(1 << HASH_BITS) / Long.SIZE];

  QuickSearch(CharTrie lexicon) {
    this.lexicon = lexicon;
    for (char c = 0; c < ASCII; c++) {
      folds[c] = FoldedText.of(String.valueOf(c)).charAt(0);
      isWord[c] = Character.isLetterOrDigit(c) ? 1 : 0;
    }
    noteBeginnings(CharTrie.ROOT, 0, 0);
  }

  /** Notes all windows that begin as this one does and go on as an entry may, folded or not. */
  private void noteBeginnings(int state, int window, int length) {
    if (length == WINDOW) {
      int hash = hash(window);
      beginnings[hash / Long.SIZE] |= 1L << hash;
      return;
    }
    int last = window & 0xFF;
    for (char c = 0; c < ASCII; c++) {
      int longer = window << Byte.SIZE | c;
      if (state == ANY || (isEntry(state) && (isWord[last] & isWord[c]) == 0)) {
        noteBeginnings(ANY, longer, length + 1);
      } else if (folds[c] == c) {
        boolean isSpaceAgain = c == ' ' && last == ' ';
        int next = isSpaceAgain ? state : lexicon.next(state, c);
        if (next != CharTrie.DEAD) {
          noteBeginnings(next, longer, length + 1);
        }
      }
    }
  }

  private boolean isEntry(int state) {
    return lexicon.value(state) != null;
  }

  private static int hash(int window) {
    return (window * 0x9E3779B1) >>> (Integer.SIZE - HASH_BITS);
  }

  /** The verdict on a complete text; null if it takes folding to find it. */
  @Nullable Verdict search(String text) {
    int window = 0;
    int starts = 0; // a bit for each place in the window, the last one lowest: may a word begin?
    int afterWord = 0;
    for (int at = 0; at < text.length() + WINDOW - 1; at++) {
      char c = at < text.length() ? text.charAt(at) : 0;
      if (c >= ASCII) {
        if (!isHarmless(text, at, starts)) {
          return null;
        }
        starts = 0;
        afterWord = 0; // perhaps: what is found behind it is not certain
        continue;
      }
      window = window << Byte.SIZE | folds[c];
      starts = starts << 1 | (~(afterWord & isWord[c]) & 1);
      afterWord = isWord[c];
      int hash = hash(window);
      long mayBegin = beginnings[hash >> 6] >>> hash;
      if ((mayBegin & (starts >>> (WINDOW - 1)) & 1) != 0) {
        int start = at - WINDOW + 1;
        int found = matchAt(text, start);
        if (found != CharTrie.DEAD) {
          String entry = found == UNSURE ? null : lexicon.value(found);
          return entry == null ? null : WordSearch.found(entry, start);
        }
      }
    }
    return Verdict.safe();
  }

  /** Whether a character that is not ASCII begins no entry, and none that began goes on with it. */
  private boolean isHarmless(String text, int at, int starts) {
    for (int back = 1; back < WINDOW; back++) {
      if ((starts >>> (back - 1) & 1) != 0 && matchAt(text, at - back) != CharTrie.DEAD) {
        return false;
      }
    }
    return beginsNoEntry(text.charAt(at));
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
   * The state of the shortest entry that begins at {@code start} and ends with a word; {@link
   * CharTrie#DEAD} if none does, {@link #UNSURE} if what is not ASCII decides.
   */
  private int matchAt(String text, int start) {
    int state = CharTrie.ROOT;
    for (int at = start; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= ASCII) {
        return endsEverything(state, c) ? CharTrie.DEAD : UNSURE;
      }
      char folded = folds[c];
      if (folded == ' ' && at > start && folds[text.charAt(at - 1)] == ' ') {
        continue; // a run of white space is one
      }
      state = lexicon.next(state, folded);
      if (state == CharTrie.DEAD) {
        return CharTrie.DEAD;
      }
      if (isEntry(state) && (at + 1 == text.length() || endsWord(c, text.charAt(at + 1)))) {
        return start > 0 && text.charAt(start - 1) >= ASCII ? UNSURE : state;
      }
    }
    return CharTrie.DEAD;
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

  private boolean endsWord(char last, char next) {
    return next < ASCII && (isWord[last] & isWord[next]) == 0;
  }
}
