package dev.palinode.guard;

import dev.palinode.text.FoldedText;
import dev.palinode.text.Printable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * Finds words and phrases of a list in a text, both folded ({@link FoldedText}). The list is a
 * trie, so the time hardly depends on its length. Immutable.
 */
public final class WordSearch {
  /** A node of the trie: a prefix of one or more entries. */
  private static final class Node {
    final Map<Character, Node> next = new HashMap<>();
    @Nullable String entry; // the entry that ends here, with its original spelling
  }

  private final Node root = new Node();

  /**
   * @throws IllegalArgumentException if there is no entry, or one that is blank
   */
  public WordSearch(Collection<String> entries) {
    Validate.isTrue(!entries.isEmpty(), "the lexicon is empty: it would call everything safe");
    for (String entry : entries) {
      String folded = FoldedText.of(entry).toString().strip();
      Validate.isTrue(
          !folded.isEmpty(),
          "the lexicon has a blank entry, %s: every text would contain it",
          Printable.quote(entry));
      Node node = root;
      for (int i = 0; i < folded.length(); i++) {
        node = node.next.computeIfAbsent(folded.charAt(i), c -> new Node());
      }
      node.entry = entry.strip();
    }
  }

  /**
   * Unsafe from the earliest entry on. Without one, safe up to the first place where a continuation
   * may complete an entry.
   *
   * @param complete whether nothing follows the text; otherwise only finished words count
   */
  public Verdict search(String text, boolean complete) {
    FoldedText folded = FoldedText.of(text);
    int end = complete ? folded.length() : folded.settled();
    int undecided = complete ? Verdict.ALL : folded.settledOrigin();
    for (int start = 0; start < end; start++) {
      Node node = root.next.get(folded.charAt(start));
      if (node == null || !folded.isBoundary(start)) {
        continue;
      }
      int at = start + 1;
      while (node != null) { // to the shortest entry that ends with a word
        if (node.entry != null && folded.isBoundary(at)) {
          return Verdict.unsafe("word " + Printable.quote(node.entry), folded.origin(start));
        }
        if (at == end) {
          undecided = complete ? undecided : Math.min(undecided, folded.origin(start));
          break;
        }
        node = node.next.get(folded.charAt(at++));
      }
    }
    return Verdict.safeUpTo(undecided);
  }
}
