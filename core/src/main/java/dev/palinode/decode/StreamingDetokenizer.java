package dev.palinode.decode;

import dev.palinode.token.IncrementalDecoder;
import dev.palinode.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The text of the visible tokens, given out piece by piece: complete characters, but for an end
 * that may be the beginning of a stop text. Without a tokenizer there is no text.
 */
final class StreamingDetokenizer {
  /** A state to go back to. */
  record Mark(IncrementalDecoder.@Nullable Mark decoder, int length, int emitted, boolean begun) {}

  private static final int NONE = -1;

  /** Tokens before a text that may change how its first one is decoded: a character's, and more. */
  private static final int CONTEXT = 16;

  private final @Nullable IncrementalDecoder decoder;
  private final StringBuilder text = new StringBuilder();
  private List<String> stopTexts;
  private int emitted; // characters
  private int stop = NONE; // where the first stop text begins
  private boolean
      begun; // before that, an incomplete character of the prompt is not part of the text

  StreamingDetokenizer(Optional<Tokenizer> tokenizer, List<String> stopTexts) {
    this.decoder = tokenizer.map(used -> new IncrementalDecoder(used, true)).orElse(null);
    this.stopTexts = stopTexts;
  }

  /** Continues after tokens whose text is not part of this one. */
  void continueFrom(int[] before) {
    if (decoder != null) {
      for (int i = Math.max(0, before.length - CONTEXT); i < before.length; i++) {
        decoder.append(before[i]);
      }
    }
  }

  /**
   * Appends a token.
   *
   * @return the piece of text that it gives out
   */
  String append(int id) {
    if (decoder == null) {
      return "";
    }
    begun = true;
    int before = text.length();
    text.append(decoder.append(id));
    stop = firstStop(text, before);
    int end = stopped() ? stop : text.length() - possibleStop();
    String piece = text.substring(emitted, Math.max(emitted, end));
    emitted += piece.length();
    return piece;
  }

  /** Where the first stop text begins of those that end after {@code before}. */
  private int firstStop(StringBuilder in, int before) {
    int first = NONE;
    for (String each : stopTexts) {
      int at = in.indexOf(each, Math.max(0, before - each.length() + 1));
      if (at >= 0 && (first == NONE || at < first)) {
        first = at;
      }
    }
    return first;
  }

  /** Length of the longest end of the text that a stop text may begin with. */
  private int possibleStop() {
    int longest = 0;
    for (String each : stopTexts) {
      for (int length = Math.min(each.length() - 1, text.length()); length > longest; length--) {
        if (each.startsWith(text.substring(text.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }

  /** Whether a stop text has been written. */
  boolean stopped() {
    return stop != NONE;
  }

  /** From here on no text stops. */
  void ignoreStopTexts() {
    stopTexts = List.of();
  }

  /** The text of all complete characters. */
  String certain() {
    return text.toString();
  }

  /**
   * The text if no token follows: with an incomplete end, and up to the stop text if there is one.
   */
  String complete() {
    if (decoder == null || !begun) {
      return "";
    }
    IncrementalDecoder.Mark here = decoder.mark();
    StringBuilder all = new StringBuilder(text).append(decoder.flush());
    decoder.rewind(here);
    int end = firstStop(all, 0); // the end of a character may have hidden one
    return end == NONE ? all.toString() : all.substring(0, Math.max(end, emitted));
  }

  /** The text that all pieces have given out. */
  String emitted() {
    return text.substring(0, emitted);
  }

  Mark mark() {
    return new Mark(decoder == null ? null : decoder.mark(), text.length(), emitted, begun);
  }

  /** Goes back to a mark, as if nothing had been appended since. */
  void rewind(Mark mark) {
    text.setLength(mark.length);
    emitted = mark.emitted;
    stop = NONE;
    begun = mark.begun;
    if (decoder != null && mark.decoder != null) {
      decoder.rewind(mark.decoder);
    }
  }
}
