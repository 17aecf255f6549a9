package dev.palinode.guard;

import dev.palinode.storage.Printable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds words and phrases of a lexicon in a text, both folded ({@link FoldedText}).
 *
 * <p>The lexicon is a tree of characters, walked from each place where a word may begin. The time
 * depends on the text, hardly on the size of the lexicon: an alternation in a regular expression
 * tries every entry at every place.
 */
final class WordSearch implements TextSearch {
  private final Node root = new Node();

  /**
   * A lexicon.
   *
   * @throws IllegalArgumentException if there is no entry, or one that is blank
   */
  WordSearch(Collection<String> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("the lexicon is empty: it would call everything safe");
    }
    for (String entry : entries) {
      String folded = FoldedText.of(entry).toString().strip();
      if (folded.isEmpty()) {
        throw new IllegalArgumentException(
            "the lexicon has a blank entry, %s: every text would contain it"
                .formatted(Printable.quote(entry)));
      }
      root.add(folded, entry.strip());
    }
  }

  @Override
  public Verdict search(String text, boolean complete) {
    FoldedText folded = FoldedText.of(text);
    int end = complete ? folded.length() : folded.settled();
    int open = complete ? Verdict.ALL : folded.settledOrigin();
    for (int start = 0; start < end; start++) {
      if (folded.isBoundary(start)) {
        String entry = entryAt(folded, start, end);
        if (entry != null) {
          return Verdict.unsafe("word " + Printable.quote(entry), folded.origin(start));
        }
        if (!complete && isOpen(folded, start, end)) {
          open = Math.min(open, folded.origin(start));
        }
      }
    }
    return Verdict.safeUpTo(open);
  }

  /** The shortest entry that begins at {@code start} and ends with a word, at {@code end} or so. */
  private @Nullable String entryAt(FoldedText text, int start, int end) {
    Node node = root;
    for (int i = start; i < end; i++) {
      node = node.next.get(text.charAt(i));
      if (node == null) {
        return null;
      }
      if (node.entry != null && text.isBoundary(i + 1)) {
        return node.entry;
      }
    }
    return null;
  }

  /** Whether what lies between is the beginning of an entry, which more text may complete. */
  private boolean isOpen(FoldedText text, int start, int end) {
    Node node = root;
    for (int i = start; i < end && node != null; i++) {
      node = node.next.get(text.charAt(i));
    }
    return node != null;
  }

  /** What may follow a beginning of entries, and the entry that it is itself, if any. */
  private static final class Node {
    final Map<Character, Node> next = new HashMap<>(2);
    @Nullable String entry;

    void add(String folded, String spelled) {
      Node node = this;
      for (int i = 0; i < folded.length(); i++) {
        node = node.next.computeIfAbsent(folded.charAt(i), c -> new Node());
      }
      node.entry = spelled;
    }
  }
}
