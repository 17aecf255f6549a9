package dev.palinode.guard;

/**
 * What a {@link Judge} says of a text.
 *
 * @param label the decision; a judge that failed or had nothing to judge is {@link
 *     Label#UNDECIDED}, never safe
 * @param reason in a few words, for people who trace a result: the word that was found, the
 *     category, the error
 */
public record Verdict(Label label, String reason) {
  /** The possible decisions. */
  public enum Label {
    SAFE,
    UNSAFE,
    UNDECIDED
  }

  public static Verdict safe() {
    return new Verdict(Label.SAFE, "");
  }

  public static Verdict unsafe(String reason) {
    return new Verdict(Label.UNSAFE, reason);
  }

  public static Verdict undecided(String reason) {
    return new Verdict(Label.UNDECIDED, reason);
  }

  public boolean isUnsafe() {
    return label == Label.UNSAFE;
  }
}
