package dev.palinode.text;

/** What is known of a text that may go on. */
public final class PartialText {
  private PartialText() {}

  /** Without half a surrogate pair at its end: the other half may be about to come. */
  public static String wholeCharacters(String text) {
    int last = text.length() - 1;
    return last >= 0 && Character.isHighSurrogate(text.charAt(last))
        ? text.substring(0, last)
        : text;
  }
}
