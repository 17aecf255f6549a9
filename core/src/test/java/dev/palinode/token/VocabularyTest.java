package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.testkit.Fixtures;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  @Test
  void tellsWhatTheTokenizerTells() {
    Path folder = Fixtures.fixture("tokenizer");
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder);
        HuggingFaceTokenizer vocabulary = HuggingFaceTokenizer.openVocabulary(folder)) {
      assertThat(vocabulary.vocabSize()).isEqualTo(tokenizer.vocabSize());
      assertThat(vocabulary.size()).isEqualTo(Fixtures.vocabSize());
      assertThat(vocabulary.specialTokens()).isEqualTo(tokenizer.specialTokens());
      for (int id = 0; id < tokenizer.vocabSize(); id++) {
        String token = vocabulary.tokenOf(id).orElseThrow();
        assertThat(tokenizer.idOf(token)).hasValue(id);
        assertThat(vocabulary.idOf(token)).hasValue(id);
        assertThat(vocabulary.isSpecial(id)).isEqualTo(tokenizer.isSpecial(id));
      }
      assertThat(vocabulary.tokenOf(Fixtures.vocabSize())).isEmpty();
      assertThat(vocabulary.idOf("no such token at all")).isEmpty();
      assertThatThrownBy(() -> vocabulary.encodeText("text"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("open the tokenizer");
    }
  }
}
