package dev.palinode.decode;

import dev.palinode.decode.sampling.TokenHistory;
import dev.palinode.guard.Verdict;
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
 * The answer of one request as it stands, and all that hangs on its tokens: the transcript, the
 * history of the penalties, the text, what of it has been reported and what guards have passed.
 * {@link #keep} is the one place where text is taken back, and takes back all of these.
 */
final class Answer {
  /**
   * A token that stands.
   *
   * @param contextEnd length of the continuation behind it
   * @param piece of text that it gave out
   */
  record Standing(
      int id, int contextEnd, String piece, AnswerText.Mark after, TokenSignals signals) {}

  /** What an undo took back. */
  record Withdrawn(int reported, String text, int discarded) {}

  final Transcript transcript;
  final TokenHistory history; // stays empty where no penalty looks at it
  final AnswerText text;
  private AnswerText.Mark beginning;
  private final boolean penalised;
  private final List<Standing> standing = new ArrayList<>();
  private final NavigableMap<Integer, Set<Integer>> rejected = new TreeMap<>(); // by tokens before
  private int reported;
  private int checked;
  private int passed;

  Answer(GenerationRequest request, Optional<Tokenizer> tokenizer) {
    this.transcript = new Transcript(request.undo().resetId());
    this.penalised = request.sampling().hasPenalties();
    this.history = new TokenHistory(penalised ? request.prompt().toArray() : new int[0]);
    this.text = new AnswerText(tokenizer, request.stopTexts());
    this.beginning = text.mark();
  }

  /** Lets the text go on from the prompt's. */
  void continueText(TokenIds prompt) {
    text.continueFrom(prompt.toArray());
    beginning = text.mark();
  }

  /** Tokens that stand. */
  int size() {
    return standing.size();
  }

  void append(int id, int contextEnd, TokenSignals signals) {
    transcript.append(id);
    if (penalised) {
      history.append(id);
    }
    String piece = text.append(id);
    standing.add(new Standing(id, contextEnd, piece, text.mark(), signals));
  }

  /** Takes back all but the first {@code count} tokens. */
  Withdrawn keep(int count) {
    List<Standing> gone = standing.subList(count, standing.size());
    int discarded = gone.size();
    int shown = Math.max(0, reported - count);
    StringBuilder shownText = new StringBuilder();
    gone.subList(0, shown).forEach(token -> shownText.append(token.piece()));
    gone.clear();
    transcript.withdraw(discarded);
    if (penalised) {
      history.truncate(count);
    }
    rejected.tailMap(count, false).clear();
    text.rewind(count == 0 ? beginning : standing.get(count - 1).after());
    reported = Math.min(reported, count);
    checked = Math.min(checked, count);
    passed = Math.min(passed, count);
    return new Withdrawn(shown, shownText.toString(), discarded);
  }

  /**
   * The text from the first {@code count} tokens on, which is about to be withdrawn, was rejected:
   * it must not begin in the same way again, as long as these tokens are visible.
   */
  void reject(int count) {
    if (count < size()) {
      rejected.computeIfAbsent(count, c -> new HashSet<>()).add(standing.get(count).id());
    }
  }

  /** Tokens that began a text that was rejected here. */
  Set<Integer> rejected() {
    return rejected.getOrDefault(size(), Set.of());
  }

  /** Length of the continuation behind the first {@code count} tokens. */
  int contextEnd(int count) {
    return count == 0 ? 0 : standing.get(count - 1).contextEnd();
  }

  /** How many tokens an undo of that extent keeps. */
  int kept(UndoExtent extent) {
    if (extent instanceof UndoExtent.LastTokens last) {
      return Math.max(0, size() - last.count());
    }
    if (extent instanceof UndoExtent.LastSentence) {
      return keptBefore(Sentences.lastBegin(text.certain()));
    }
    return 0;
  }

  /** How many tokens lie wholly before that place in the text. */
  int keptBefore(int offset) {
    int kept = 0;
    int end = 0;
    for (int i = 0; i < size(); i++) {
      int tokenEnd = standing.get(i).after().length();
      if (tokenEnd > offset) {
        break;
      }
      if (tokenEnd > end) {
        kept = i + 1;
        end = tokenEnd;
      }
    }
    return kept;
  }

  /** The next token to report; it counts as reported from now on. */
  Standing report() {
    return standing.get(reported++);
  }

  int reported() {
    return reported;
  }

  /** Guards are about to see all that stands. */
  void check() {
    checked = size();
  }

  /** Tokens that guards have not seen. */
  int unchecked() {
    return size() - checked;
  }

  /** Guards have passed the text up to there; what they have passed stays so. */
  void pass(int end) {
    passed = Math.max(passed, end == Verdict.ALL ? size() : keptBefore(end));
  }

  /** Tokens that guards have passed. */
  int passed() {
    return passed;
  }
}
