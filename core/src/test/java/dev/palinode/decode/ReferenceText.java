package dev.palinode.decode;

import dev.palinode.token.IncrementalDecoder;
import dev.palinode.token.Tokenizer;
import java.util.List;

/** Reference: the text of tokens that is final whatever follows, decoded from the beginning. */
final class ReferenceText {
  private ReferenceText() {}

  static String certain(Tokenizer tokenizer, List<Integer> tokens) {
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(decoder.append(token)));
    return text.toString();
  }

  /** The emitted text: without the longest suffix that is a prefix of a stop text. */
  static String given(Tokenizer tokenizer, List<Integer> tokens, List<String> stops) {
    String text = certain(tokenizer, tokens);
    for (int begin = 0; begin <= text.length(); begin++) {
      String end = text.substring(begin);
      if (stops.stream().anyMatch(stop -> stop.length() > end.length() && stop.startsWith(end))) {
        return text.substring(0, begin);
      }
    }
    return text;
  }
}
