package dev.palinode.testkit;

import dev.palinode.token.Tokenizer;

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
  public void close() {
    // Nothing is held.
  }
}
