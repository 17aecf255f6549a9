package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateCheckTest {
  private static final String WORKS = "{% for m in messages %}{{ m.content }}{% endfor %}";

  @TempDir Path folder;

  private ChatTemplateCheck check() {
    try (Tokenizer vocabulary =
        HuggingFaceTokenizer.openVocabulary(Fixtures.fixture("tokenizer"))) {
      return ChatTemplateCheck.of(folder, vocabulary, Set.of(Fixtures.tokenId("<|eot_id|>")));
    }
  }

  @Test
  void noTemplate_isNoProblem() {
    assertThat(check().file()).isEmpty();
    assertThat(check().problem()).isEmpty();
  }

  /** From the place that counts least to the one that counts most. */
  @Test
  void fileIsTheOneThatCounts() throws IOException {
    String json = "{\"chat_template\": \"" + WORKS + "\"}";
    for (String file :
        new String[] {
          "chat_template.json",
          "tokenizer_config.json",
          "additional_chat_templates/default.jinja",
          "chat_template.jinja"
        }) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.writeString(folder.resolve(file), file.endsWith(".json") ? json : WORKS);
      assertThat(check().file()).hasValue(file);
      assertThat(check().problem()).isEmpty();
    }
  }

  @Test
  void templateThatFails_saysWhy() throws IOException {
    Files.writeString(
        folder.resolve("chat_template.jinja"), "{{ raise_exception('only on Mondays') }}");
    assertThat(check().problem().orElseThrow()).contains("only on Mondays");
    Files.writeString(folder.resolve("chat_template.jinja"), "{% for %}");
    assertThat(check().problem()).isPresent();
  }
}
