package dev.palinode.text;

/** Operations on text that may be continued. */
public final class PartialText {
  private PartialText() {}

  /** The text without half a surrogate pair at its end; the other half may follow. */
  public static String wholeCharacters(String text) {
    int last = text.length() - 1;
    return last >= 0 && Character.isHighSurrogate(text.charAt(last))
        ? text.substring(0, last)
        : text;
  }
}
