package dev.palinode.decode;

import dev.palinode.token.IncrementalDecoder;
import dev.palinode.token.Tokenizer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the visible tokens to text, emitted piece by piece: complete characters, without an end
 * that may be the beginning of a stop text. Without a tokenizer there is no text.
 */
final class StreamingDetokenizer {
  /** A saved state, for {@link #rewind}. */
  record Mark(IncrementalDecoder.@Nullable Mark decoder, int length, int emitted, boolean begun) {}

  private static final int NONE = -1;

  /** Number of prompt tokens that may change the decoding of the first token; generous. */
  private static final int CONTEXT = 16;

  private final @Nullable IncrementalDecoder decoder;
  private final StringBuilder text = new StringBuilder();
  private List<String> stopTexts;
  private int emitted; // characters
  private int stop = NONE; // offset of the first stop text
  private boolean
      begun; // until then, an incomplete character of the prompt is not part of the text

  StreamingDetokenizer(Optional<Tokenizer> tokenizer, List<String> stopTexts) {
    this.decoder = tokenizer.map(used -> new IncrementalDecoder(used, true)).orElse(null);
    this.stopTexts = stopTexts;
  }

  /** Uses tokens of the prompt as context for decoding; their text is not emitted. */
  void continueFrom(int[] before) {
    if (decoder != null) {
      for (int i = Math.max(0, before.length - CONTEXT); i < before.length; i++) {
        decoder.append(before[i]);
      }
    }
  }

  /** Appends a token, and returns the piece of text that it emits. */
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

  /** Offset of the first stop text that ends after {@code before}. */
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

  /** Length of the longest suffix of the text that is a prefix of a stop text. */
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

  boolean stopped() {
    return stop != NONE;
  }

  void ignoreStopTexts() {
    stopTexts = List.of();
  }

  /** The text of all complete characters. */
  String certain() {
    return text.toString();
  }

  /** The text if no token follows: with an incomplete end, up to the stop text if there is one. */
  String complete() {
    if (decoder == null || !begun) {
      return "";
    }
    StringBuilder all = new StringBuilder(text).append(decoder.pending());
    int end = firstStop(all, 0); // an incomplete character may complete a stop text
    return end == NONE ? all.toString() : all.substring(0, Math.max(end, emitted));
  }

  String emitted() {
    return text.substring(0, emitted);
  }

  Mark mark() {
    return new Mark(decoder == null ? null : decoder.mark(), text.length(), emitted, begun);
  }

  /** Restores a saved state, as if nothing had been appended since. */
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
