package dev.palinode.guard;

/** A judge that is asked about an answer while it grows: see {@link Guard#judging}. */
record JudgingGuard(Judge judge, String prompt) implements Guard {
  /** Longer runs without white space are no single word. */
  static final int LONGEST_WORD = 40;

  @Override
  public Verdict check(String visible, boolean complete) {
    String text = complete ? visible : withoutUnfinishedWord(visible);
    return text.isBlank() ? Verdict.safe() : judge.judge(prompt, text);
  }

  private static String withoutUnfinishedWord(String text) {
    int start = text.length();
    while (start > 0 && !Character.isWhitespace(text.charAt(start - 1))) {
      start--;
    }
    return text.length() - start <= LONGEST_WORD ? text.substring(0, start) : text;
  }
}
