package dev.palinode.token;

import java.util.Arrays;

/**
 * Turns ids into text one at a time and gives out only text that is certain.
 *
 * <p>Decoding is not a concatenation: a character may be spread over several tokens, and
 * sentencepiece-style decoders drop a leading space of the first token. So a short window of tokens
 * is decoded again and again (the prefix-offset method of vLLM and text-generation-inference): the
 * tokens of the last piece given out, as context, and the tokens since. What they add to the text
 * is given out once it does not end with U+FFFD, the sign of a character still incomplete.
 *
 * <p>The pieces, {@link #flush} included, concatenate to {@link Tokenizer#decode} of all ids. There
 * is one exception: decoders with byte fallback judge a whole run of byte tokens at once and turn
 * all of it into U+FFFD if any of it is not UTF-8; characters of such a run that had become
 * complete are given out as characters.
 *
 * <p>The cost of a token does not depend on the length of the text. Not thread-safe.
 */
public final class IncrementalDecoder {
  /** No character needs more tokens; a longer tail is garbage, to be let go. */
  private static final int MAX_PENDING = 16;

  /** An incomplete character is spread over three tokens at most. */
  private static final int MAX_INCOMPLETE = 3;

  /** Where a decoder stood: what {@link #rewind} takes it back to. */
  public static final class Mark {
    private final int[] window;
    private final int pendingStart;
    private final int shown;

    private Mark(int[] window, int pendingStart, int shown) {
      this.window = window;
      this.pendingStart = pendingStart;
      this.shown = shown;
    }
  }

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private int[] window = new int[2 * MAX_PENDING]; // [size], the context and what is pending
  private int size;
  private int pendingStart; // in tokens of the window
  private int shown; // in characters of the window's text

  /**
   * A decoder at the beginning of a text.
   *
   * @param tokenizer decodes; not closed by this class
   * @param skipSpecialTokens whether special tokens are left out of the text
   */
  public IncrementalDecoder(Tokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  /**
   * Appends an id.
   *
   * @return the text that has become certain by it, often empty
   */
  public String append(int id) {
    if (skipSpecialTokens && tokenizer.isSpecial(id)) {
      return "";
    }
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = id;
    String text = decode(0, size);
    if (!text.endsWith("\uFFFD")) {
      return text.length() > shown ? show(text) : "";
    }
    return size - pendingStart >= MAX_PENDING ? showGarbage(text) : "";
  }

  /** Ends the text: the rest, with U+FFFD for an incomplete character. Starts anew. */
  public String flush() {
    String text = decode(0, size);
    String rest = text.substring(Math.min(shown, text.length()));
    reset();
    return rest;
  }

  /** Remembers where the text stands. The mark stays good whatever follows. */
  public Mark mark() {
    return new Mark(Arrays.copyOf(window, size), pendingStart, shown);
  }

  /** Goes back to where the text stood: what was appended since was never there. */
  public void rewind(Mark mark) {
    size = mark.window.length;
    window = Arrays.copyOf(mark.window, Math.max(size, 2 * MAX_PENDING));
    pendingStart = mark.pendingStart;
    shown = mark.shown;
  }

  /** Starts anew: nothing pending, nothing before. */
  public void reset() {
    size = 0;
    pendingStart = 0;
    shown = 0;
  }

  /** Gives out all of the text; the tokens that were pending become the context. */
  private String show(String text) {
    String piece = text.substring(Math.min(shown, text.length()));
    keepFrom(pendingStart);
    shown = decode(0, size).length();
    pendingStart = size;
    return piece;
  }

  /**
   * Gives out a long tail that is not UTF-8, up to a border between two characters near its end.
   * Where there is none (byte fallback, see above) all of it goes.
   */
  private String showGarbage(String text) {
    for (int cut = size - 1; cut >= size - MAX_INCOMPLETE - 1; cut--) {
      String before = decode(0, cut);
      if (before.length() >= shown && text.equals(before + decode(cut, size))) {
        String piece = before.substring(shown);
        keepFrom(cut);
        shown = 0;
        pendingStart = 0;
        return piece;
      }
    }
    return show(text);
  }

  private void keepFrom(int start) {
    System.arraycopy(window, start, window, 0, size - start);
    size -= start;
  }

  private String decode(int from, int to) {
    return tokenizer.decode(Arrays.copyOfRange(window, from, to), skipSpecialTokens);
  }
}
