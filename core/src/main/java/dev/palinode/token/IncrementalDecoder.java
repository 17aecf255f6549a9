package dev.palinode.token;

import java.util.ArrayList;
import java.util.List;

/**
 * Decodes ids to text one at a time, and returns only text that is final. Not thread-safe.
 *
 * <p>Texts of tokens cannot simply be concatenated: a character may be spread over several tokens,
 * and SentencePiece-style decoders drop a leading space of the first token. So a short window of
 * tokens is decoded for each token (the prefix-offset method of vLLM and
 * text-generation-inference): the tokens of the last returned piece, as context, and the tokens
 * since. The text that they add is returned once it does not end with U+FFFD, the sign of an
 * incomplete character.
 *
 * <p>The pieces and {@link #pending} concatenate to {@link Tokenizer#decode} of all ids. There is
 * one exception: decoders with byte fallback turn a whole run of byte tokens into U+FFFD if any of
 * it is not UTF-8; here, characters of such a run that were already complete are returned as
 * characters. The cost of a token does not depend on the length of the text.
 */
public final class IncrementalDecoder {
  /** No character needs more tokens; a longer tail is not UTF-8 and is returned as it is. */
  private static final int MAX_PENDING = 16;

  /** An incomplete character is spread over three tokens at most. */
  private static final int MAX_INCOMPLETE = 3;

  /**
   * A state of a decoder, for {@link #rewind}.
   *
   * @param window the context and the pending tokens
   * @param pendingStart index of the first pending token in the window
   * @param shown number of characters of the window's text that have been returned
   */
  public record Mark(List<Integer> window, int pendingStart, int shown) {
    public Mark {
      window = List.copyOf(window);
    }
  }

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private Mark state = new Mark(List.of(), 0, 0);

  /** A decoder at the beginning of a text; does not close the tokenizer. */
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
    List<Integer> window = new ArrayList<>(state.window());
    window.add(id);
    state = new Mark(window, state.pendingStart(), state.shown());
    String text = decode(window);
    if (!text.endsWith("\uFFFD")) {
      return text.length() > state.shown() ? show(text) : "";
    }
    return window.size() - state.pendingStart() >= MAX_PENDING ? showGarbage(text) : "";
  }

  /** The text that is not final: with U+FFFD for an incomplete character. */
  public String pending() {
    return unseen(decode(state.window()));
  }

  /** The state; it stays valid whatever follows. */
  public Mark mark() {
    return state;
  }

  /** Restores a state, as if nothing had been appended since. */
  public void rewind(Mark mark) {
    state = mark;
  }

  private String unseen(String text) {
    return text.substring(Math.min(state.shown(), text.length()));
  }

  /** Returns all of the text; the pending tokens become the context. */
  private String show(String text) {
    String piece = unseen(text);
    List<Integer> context = state.window().subList(state.pendingStart(), state.window().size());
    state = new Mark(context, context.size(), decode(context).length());
    return piece;
  }

  /**
   * Returns a long tail that is not UTF-8, up to a boundary between two characters near its end, or
   * all of it if there is none (byte fallback, see above).
   */
  private String showGarbage(String text) {
    List<Integer> window = state.window();
    for (int cut = window.size() - 1; cut >= window.size() - MAX_INCOMPLETE - 1; cut--) {
      String before = decode(window.subList(0, cut));
      List<Integer> rest = window.subList(cut, window.size());
      if (before.length() >= state.shown() && text.equals(before + decode(rest))) {
        String piece = unseen(before);
        state = new Mark(rest, 0, 0);
        return piece;
      }
    }
    return show(text);
  }

  private String decode(List<Integer> ids) {
    return tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray(), skipSpecialTokens);
  }
}
