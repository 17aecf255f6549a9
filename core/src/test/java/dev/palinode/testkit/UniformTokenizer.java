package dev.palinode.testkit;

import dev.palinode.token.Tokenizer;

/** A tokenizer for tests that encodes everything alike, and adds nothing. */
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
