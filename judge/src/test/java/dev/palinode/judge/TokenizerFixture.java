package dev.palinode.judge;

import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Tests that encode with the small real tokenizer among the fixtures. */
abstract class TokenizerFixture {
  static HuggingFaceTokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = HuggingFaceTokenizer.open(Fixtures.fixture("tokenizer"));
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
