package dev.palinode.testkit;

import dev.palinode.token.Tokenizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** A tokenizer for tests: all ways to encode are the same. */
public abstract class UniformTokenizer implements Tokenizer {
  @Override
  public int[] encodeText(String text) {
    throw new UnsupportedOperationException("it decodes only");
  }

  @Override
  public int[] encodeDocument(String text) {
    return encodeText(text);
  }

  @Override
  public int[] encodeMarkup(String text) {
    return encodeText(text);
  }

  @Override
  public int[] encodeParts(List<Part> parts) {
    return parts.stream()
        .map(part -> part.markup() ? encodeMarkup(part.text()) : encodeText(part.text()))
        .flatMapToInt(IntStream::of)
        .toArray();
  }

  @Override
  public Set<String> specialTokens() {
    Set<String> tokens = new LinkedHashSet<>();
    for (int id = 0; id < vocabSize(); id++) {
      if (isSpecial(id)) {
        tokens.add(decode(new int[] {id}, false));
      }
    }
    return tokens;
  }

  @Override
  public OptionalInt unknownId() {
    return OptionalInt.empty();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
