package dev.palinode.token;

import java.util.Arrays;

/**
 * Decodes ids to text one at a time, and returns only text that is final.
 *
 * <p>Texts of tokens cannot simply be concatenated: a character may be spread over several tokens,
 * and SentencePiece-style decoders drop a leading space of the first token. So a short window of
 * tokens is decoded for each token (the prefix-offset method of vLLM and
 * text-generation-inference): the tokens of the last returned piece, as context, and the tokens
 * since. The text that they add is returned once it does not end with U+FFFD, the sign of an
 * incomplete character.
 *
 * <p>The pieces, including {@link #flush}, concatenate to {@link Tokenizer#decode} of all ids.
 * There is one exception: decoders with byte fallback turn a whole run of byte tokens into U+FFFD
 * if any of it is not UTF-8; here, characters of such a run that were already complete are returned
 * as characters.
 *
 * <p>The cost of a token does not depend on the length of the text. Not thread-safe.
 */
public final class IncrementalDecoder {
  /** No character needs more tokens; a longer tail is not UTF-8 and is returned as it is. */
  private static final int MAX_PENDING = 16;

  /** An incomplete character is spread over three tokens at most. */
  private static final int MAX_INCOMPLETE = 3;

  /** A saved state of a decoder, for {@link #rewind}. */
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
  private int[] window = new int[2 * MAX_PENDING]; // [size], the context and the pending tokens
  private int size;
  private int pendingStart; // in tokens of the window
  private int shown; // in characters of the window's text

  /**
   * A decoder at the beginning of a text.
   *
   * @param tokenizer not closed by this class
   * @param skipSpecialTokens whether special tokens are left out of the text
   */
  public IncrementalDecoder(Tokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  /**
   * Appends an id.
   *
   * @return the text that became final, often empty
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

  /** Returns the rest, with U+FFFD for an incomplete character, and resets the decoder. */
  public String flush() {
    String text = decode(0, size);
    String rest = text.substring(Math.min(shown, text.length()));
    reset();
    return rest;
  }

  /** Saves the state. The mark stays valid whatever follows. */
  public Mark mark() {
    return new Mark(Arrays.copyOf(window, size), pendingStart, shown);
  }

  /** Restores a saved state, as if nothing had been appended since. */
  public void rewind(Mark mark) {
    size = mark.window.length;
    window = Arrays.copyOf(mark.window, Math.max(size, 2 * MAX_PENDING));
    pendingStart = mark.pendingStart;
    shown = mark.shown;
  }

  /** Resets to an empty text. */
  public void reset() {
    size = 0;
    pendingStart = 0;
    shown = 0;
  }

  /** Returns all of the text; the pending tokens become the context. */
  private String show(String text) {
    String piece = text.substring(Math.min(shown, text.length()));
    keepFrom(pendingStart);
    shown = decode(0, size).length();
    pendingStart = size;
    return piece;
  }

  /**
   * Returns a long tail that is not UTF-8, up to a boundary between two characters near its end, or
   * all of it if there is none (byte fallback, see above).
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
