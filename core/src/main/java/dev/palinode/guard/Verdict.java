package dev.palinode.guard;

import org.apache.commons.lang3.Validate;

/**
 * The decision of a {@link Judge} or a {@link Guard} on a text.
 *
 * @param label the decision; a judge that failed or had nothing to judge is {@link
 *     Label#UNDECIDED}, never safe
 * @param reason a short explanation: the word that was found, the category, the error
 * @param safePrefixLength length, in chars, of the prefix that is safe whatever follows. Of an
 *     unsafe text: the offset of the unsafe part, 0 if unknown. Of a safe text: {@link #ALL} if no
 *     continuation can make any of it unsafe. Of an undecided text: 0
 * @param isFailure whether the text is undecided because the judge failed: its request failed, or
 *     its reply cannot be parsed. A retry may decide; a text that is undecided for another reason
 *     stays so
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
    Validate.isTrue(
        !isFailure || label == Label.UNDECIDED, "a judge that failed has not decided: %s", label);
    Validate.isTrue(
        safePrefixLength >= 0 && (safePrefixLength <= 0 || label != Label.UNDECIDED),
        "safePrefixLength is %s: expected 0 or more, and 0 of an undecided text",
        safePrefixLength);
  }

  public Verdict(Label label, String reason, int safePrefixLength) {
    this(label, reason, safePrefixLength, false);
  }

  /** The whole text is safe. */
  public static Verdict safe() {
    return safeUpTo(ALL);
  }

  /** Nothing in the text is unsafe, but a continuation may make text after this offset unsafe. */
  public static Verdict safeUpTo(int end) {
    return new Verdict(Label.SAFE, "", end);
  }

  /** The text is unsafe; the unsafe part is unknown. */
  public static Verdict unsafe(String reason) {
    return unsafe(reason, 0);
  }

  /** The text is unsafe from this offset on. */
  public static Verdict unsafe(String reason, int safePrefixLength) {
    return new Verdict(Label.UNSAFE, reason, safePrefixLength);
  }

  /** The judge cannot decide, and a retry would not help. */
  public static Verdict undecided(String reason) {
    return new Verdict(Label.UNDECIDED, reason, 0);
  }

  /** The judge failed; a retry may succeed. */
  public static Verdict failed(String reason) {
    return new Verdict(Label.UNDECIDED, reason, 0, true);
  }

  public boolean isUnsafe() {
    return label == Label.UNSAFE;
  }
}
