package dev.palinode.guard;

import dev.palinode.storage.Printable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds words and phrases of a lexicon in a text, both folded ({@link FoldedText}).
 *
 * <p>The lexicon is a tree of characters, walked from each place where a word may begin. The time
 * depends on the text, hardly on the size of the lexicon: an alternation in a regular expression
 * tries every entry at every place.
 */
final class WordSearch implements TextSearch {
  private final CharTrie lexicon;
  private final QuickSearch quick;

  /**
   * A lexicon.
   *
   * @throws IllegalArgumentException if there is no entry, or one that is blank
   */
  WordSearch(Collection<String> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("the lexicon is empty: it would call everything safe");
    }
    Map<String, String> spelled = new HashMap<>();
    for (String entry : entries) {
      String folded = FoldedText.of(entry).toString().strip();
      if (folded.isEmpty()) {
        throw new IllegalArgumentException(
            "the lexicon has a blank entry, %s: every text would contain it"
                .formatted(Printable.quote(entry)));
      }
      spelled.put(folded, entry.strip());
    }
    lexicon = new CharTrie(spelled);
    quick = new QuickSearch(lexicon);
  }

  @Override
  public Verdict search(String text, boolean complete) {
    Verdict certain = complete ? quick.search(text) : null;
    return certain != null ? certain : foldAndSearch(text, complete);
  }

  /** The search that every text can be given. */
  Verdict foldAndSearch(String text, boolean complete) {
    FoldedText folded = FoldedText.of(text);
    int end = complete ? folded.length() : folded.settled();
    int firstOpen = -1;
    for (int start = 0; start < end; start++) {
      int state = lexicon.next(CharTrie.ROOT, folded.charAt(start));
      if (state == CharTrie.DEAD || !folded.isBoundary(start)) {
        continue;
      }
      // Along the tree, to the shortest entry that ends with a word.
      int at = start + 1;
      while (state != CharTrie.DEAD) {
        String entry = lexicon.value(state);
        if (entry != null && folded.isBoundary(at)) {
          return found(entry, folded.origin(start));
        }
        if (at == end) {
          break;
        }
        state = lexicon.next(state, folded.charAt(at++));
      }
      if (state != CharTrie.DEAD && firstOpen < 0) {
        firstOpen = start; // more text may complete an entry that begins here
      }
    }
    return complete ? Verdict.safe() : Verdict.safeUpTo(decided(folded, firstOpen));
  }

  private static int decided(FoldedText folded, int firstOpen) {
    int settled = folded.settledOrigin();
    return firstOpen < 0 ? settled : Math.min(settled, folded.origin(firstOpen));
  }

  /** The verdict on a text that holds an entry. */
  static Verdict found(String entry, int from) {
    return Verdict.unsafe("word " + Printable.quote(entry), from);
  }
}
