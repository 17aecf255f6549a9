package dev.palinode.guard;

/**
 * What a {@link Judge} or a {@link Guard} says of a text.
 *
 * @param label the decision; a judge that failed or had nothing to judge is {@link
 *     Label#UNDECIDED}, never safe
 * @param reason in a few words, for people who trace a result: the word that was found, the
 *     category, the error
 * @param safePrefixLength how much of the text, in chars, is safe whatever else it holds and
 *     whatever follows: for an unsafe text where the unsafe part begins, 0 if that is not known;
 *     for a safe one where begins what more text may yet make part of something unsafe, {@link
 *     #ALL} if that is nothing; 0 for an undecided one
 * @param isFailure whether the text is undecided because the judge gave no verdict: its request
 *     failed, or its reply cannot be read. Another try may decide; a text that is undecided
 *     otherwise stays so
 */
public record Verdict(Label label, String reason, int safePrefixLength, boolean isFailure) {
  /** The whole text, however long it is. */
  public static final int ALL = Integer.MAX_VALUE;

  /** The possible decisions. */
  public enum Label {
    SAFE,
    UNSAFE,
    UNDECIDED
  }

  public Verdict {
    if (isFailure && label != Label.UNDECIDED) {
      throw new IllegalArgumentException("a judge that failed has not decided: " + label);
    }
    if (safePrefixLength < 0 || (safePrefixLength > 0 && label == Label.UNDECIDED)) {
      throw new IllegalArgumentException(
          "safePrefixLength is "
              + safePrefixLength
              + ": expected 0 or more, and 0 of an undecided text");
    }
  }

  /** A verdict that the judge gave. */
  public Verdict(Label label, String reason, int safePrefixLength) {
    this(label, reason, safePrefixLength, false);
  }

  /** The whole text is safe. */
  public static Verdict safe() {
    return safePrefixLength(ALL);
  }

  /** Nothing in the text is unsafe; the text after an offset may be the beginning of it. */
  public static Verdict safePrefixLength(int end) {
    return new Verdict(Label.SAFE, "", end);
  }

  /** The whole text is unsafe, or nobody knows which part of it. */
  public static Verdict unsafe(String reason) {
    return unsafe(reason, 0);
  }

  /** The text is unsafe from an offset on; the text before it is not. */
  public static Verdict unsafe(String reason, int safePrefixLength) {
    return new Verdict(Label.UNSAFE, reason, safePrefixLength);
  }

  /** The judge cannot tell, and will not be able to when it is asked again. */
  public static Verdict undecided(String reason) {
    return new Verdict(Label.UNDECIDED, reason, 0);
  }

  /** The judge gave no verdict, and may give one when it is asked again. */
  public static Verdict failed(String reason) {
    return new Verdict(Label.UNDECIDED, reason, 0, true);
  }

  public boolean isUnsafe() {
    return label == Label.UNSAFE;
  }
}
