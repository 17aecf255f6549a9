package dev.palinode.guard;

/**
 * What a {@link Judge} or a {@link Guard} says of a text.
 *
 * @param label the decision; a judge that failed or had nothing to judge is {@link
 *     Label#UNDECIDED}, never safe
 * @param reason in a few words, for people who trace a result: the word that was found, the
 *     category, the error
 * @param from where the unsafe part begins, in chars of the text that was judged; 0 where that is
 *     not known or the whole text is meant, and for every other decision
 */
public record Verdict(Label label, String reason, int from) {
  /** The possible decisions. */
  public enum Label {
    SAFE,
    UNSAFE,
    UNDECIDED
  }

  public Verdict {
    if (from < 0 || (from > 0 && label != Label.UNSAFE)) {
      throw new IllegalArgumentException(
          "from is " + from + ": expected 0, or more where the label is UNSAFE, not " + label);
    }
  }

  public static Verdict safe() {
    return new Verdict(Label.SAFE, "", 0);
  }

  /** The whole text is unsafe, or nobody knows which part of it. */
  public static Verdict unsafe(String reason) {
    return unsafe(reason, 0);
  }

  /** The text is unsafe from an offset on; what stands before it is not. */
  public static Verdict unsafe(String reason, int from) {
    return new Verdict(Label.UNSAFE, reason, from);
  }

  public static Verdict undecided(String reason) {
    return new Verdict(Label.UNDECIDED, reason, 0);
  }

  public boolean isUnsafe() {
    return label == Label.UNSAFE;
  }
}
