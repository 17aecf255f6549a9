package dev.palinode.decode;

import dev.palinode.decode.sampling.TokenHistory;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Sentences;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.Transcript;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The visible tokens of one answer, and everything that depends on them: the transcript, the
 * history of the penalties, the text, how much has been reported, and how much guards have seen and
 * approved. {@link #truncate} is the only place where text is withdrawn, and rewinds all of these.
 */
final class OutputState {
  /**
   * A visible token.
   *
   * @param contextEnd number of generated tokens in the contexts after it
   * @param piece the text that became final with it
   */
  record VisibleToken(
      int id,
      int contextEnd,
      String piece,
      StreamingDetokenizer.Mark after,
      TokenLogProbs signals) {}

  /** The tokens and text that an undo removed. */
  record Withdrawn(int reported, String text, int discarded) {}

  final Transcript transcript;
  final TokenHistory history; // empty if there are no penalties
  final StreamingDetokenizer text;
  private final StreamingDetokenizer.Mark beginning;
  private final boolean penalized;
  private final List<VisibleToken> visible = new ArrayList<>();
  private final NavigableMap<Integer, Set<Integer>> rejected = new TreeMap<>(); // by position
  private int reported;
  private int seen;
  private int approved;

  OutputState(GenerationRequest request, Optional<Tokenizer> tokenizer) {
    this.transcript = new Transcript(request.undo().resetId());
    this.penalized = request.sampling().hasPenalties();
    this.history = new TokenHistory(penalized ? request.prompt().toArray() : new int[0]);
    this.text = new StreamingDetokenizer(tokenizer, request.stopTexts());
    if (request.continuesText()) {
      text.continueFrom(request.prompt().toArray());
    }
    this.beginning = text.mark();
  }

  int size() {
    return visible.size();
  }

  void append(int id, int contextEnd, TokenLogProbs signals) {
    transcript.append(id);
    if (penalized) {
      history.append(id);
    }
    String piece = text.append(id);
    visible.add(new VisibleToken(id, contextEnd, piece, text.mark(), signals));
  }

  /** Withdraws all but the first {@code count} tokens. */
  Withdrawn truncate(int count) {
    List<VisibleToken> gone = visible.subList(count, visible.size());
    int discarded = gone.size();
    int shown = Math.max(0, reported - count);
    StringBuilder shownText = new StringBuilder();
    gone.subList(0, shown).forEach(token -> shownText.append(token.piece()));
    if (penalized) {
      gone.forEach(token -> history.remove(token.id()));
    }
    gone.clear();
    transcript.withdraw(discarded);
    rejected.tailMap(count, false).clear();
    text.rewind(count == 0 ? beginning : visible.get(count - 1).after());
    reported = Math.min(reported, count);
    seen = Math.min(seen, count);
    approved = Math.min(approved, count);
    return new Withdrawn(shown, shownText.toString(), discarded);
  }

  /** Excludes the token after the first {@code count} at this place, while those are visible. */
  void reject(int count) {
    if (count < size()) {
      rejected.computeIfAbsent(count, c -> new HashSet<>()).add(visible.get(count).id());
    }
  }

  Set<Integer> rejected() {
    return rejected.getOrDefault(size(), Set.of());
  }

  /** Number of generated tokens in the contexts after the first {@code count} visible ones. */
  int contextEnd(int count) {
    return count == 0 ? 0 : visible.get(count - 1).contextEnd();
  }

  /** Number of tokens that an undo of this extent keeps. */
  int keepCount(UndoScope extent) {
    if (extent instanceof UndoScope.LastTokens last) {
      return Math.max(0, size() - last.count());
    }
    if (extent instanceof UndoScope.LastSentence) {
      return tokensBefore(Sentences.lastBegin(text.certain()));
    }
    return 0;
  }

  /** Number of tokens that end at or before an offset in the text. */
  int tokensBefore(int offset) {
    int count = 0;
    int end = 0;
    for (int i = 0; i < size(); i++) {
      int tokenEnd = visible.get(i).after().length();
      if (tokenEnd > offset) {
        break;
      }
      if (tokenEnd > end) {
        count = i + 1;
        end = tokenEnd;
      }
    }
    return count;
  }

  /** Marks the next token as reported, and returns it. */
  VisibleToken report() {
    return visible.get(reported++);
  }

  int reported() {
    return reported;
  }

  void show() {
    seen = size();
  }

  int unseen() {
    return size() - seen;
  }

  /** Marks the text up to an offset as approved by guards; approved text stays approved. */
  void approve(int end) {
    approved = Math.max(approved, end == Verdict.ALL ? size() : tokensBefore(end));
  }

  int approved() {
    return approved;
  }
}
