package dev.palinode.decode;

import dev.palinode.token.IncrementalDecoder;
import dev.palinode.token.Tokenizer;
import java.util.List;

/** The text of tokens that is certain whatever follows, decoded from the beginning. */
final class ReferenceText {
  private ReferenceText() {}

  static String certain(Tokenizer tokenizer, List<Integer> tokens) {
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(decoder.append(token)));
    return text.toString();
  }
}
