package dev.palinode.guard;

import dev.palinode.chat.Message;
import java.util.List;

/** A guard that asks a judge about an answer while it grows: see {@link Guard#judging}. */
record JudgingGuard(Judge judge, List<Message> conversation) implements Guard {
  /** Longer runs without white space are not a single word. */
  static final int LONGEST_WORD = 40;

  @Override
  public Verdict check(String visible, boolean complete) {
    try (Answer answer = open()) {
      return answer.check(visible, complete);
    }
  }

  @Override
  public Answer open() {
    return new Answer(judge.open(conversation));
  }

  record Answer(Judge.Session judge) implements Session {
    @Override
    public Verdict check(String visible, boolean complete) {
      if (complete) {
        return visible.isBlank() ? Verdict.safe() : judge.judge(visible);
      }
      String text = withoutUnfinishedWord(visible);
      return text.isBlank()
          ? Verdict.safeUpTo(text.length())
          : atMost(text.length(), judge.judge(text));
    }

    @Override
    public void close() {
      judge.close();
    }
  }

  private static Verdict atMost(int seen, Verdict verdict) {
    return verdict.label() == Verdict.Label.SAFE && verdict.safePrefixLength() > seen
        ? new Verdict(verdict.label(), verdict.reason(), seen)
        : verdict;
  }

  private static String withoutUnfinishedWord(String text) {
    int start = text.length();
    while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    return text.length() - start <= LONGEST_WORD ? text.substring(0, start) : text;
  }
}
