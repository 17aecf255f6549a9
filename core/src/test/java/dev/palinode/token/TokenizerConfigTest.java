package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerConfigTest {
  private final Path folder;

  TokenizerConfigTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json.replace('\'', '"'));
  }

  @Test
  void read_emptyFolder_saysNothing() {
    TokenizerConfig config = TokenizerConfig.read(folder);

    assertThat(config.namedTokens()).isEmpty();
    assertThat(config.additionalTokens()).isEmpty();
    assertThat(config.chatTemplates()).isEmpty();
  }

  @Test
  void read_specialTokensMapOnly_namesAreThere_andTheirTokensSpecial() throws IOException {
    Path from = Fixtures.fixture("tokenizer");
    Files.copy(from.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    write(
        "special_tokens_map.json",
        "{'bos_token': {'content': '<|begin_of_text|>', 'lstrip': false},"
            + "'eos_token': '<|eot_id|>', 'additional_special_tokens': ['<think>']}");
    TokenizerConfig config = TokenizerConfig.read(folder);

    assertThat(config.namedTokens())
        .containsEntry("bos_token", "<|begin_of_text|>")
        .containsEntry("eos_token", "<|eot_id|>")
        .hasSize(2);
    assertThat(config.additionalTokens()).containsExactly("<think>");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      int think = Fixtures.tokenId("<think>");
      assertThat(tokenizer.isSpecial(think)).isTrue();
      assertThat(tokenizer.encodeText("<think>")).doesNotContain(think);
    }
  }

  @Test
  void read_bothFiles_configGoesFirst() throws IOException {
    write("tokenizer_config.json", "{'eos_token': 'a', 'bos_token': null}");
    write("special_tokens_map.json", "{'eos_token': 'b', 'bos_token': 'c'}");

    assertThat(TokenizerConfig.read(folder).namedTokens())
        .containsEntry("eos_token", "a")
        .containsEntry("bos_token", "c");
  }

  @Test
  void read_chatTemplates_oneOrNamed() throws IOException {
    write("tokenizer_config.json", "{'chat_template': 'x'}");
    assertThat(TokenizerConfig.read(folder).chatTemplates())
        .containsExactly(Map.entry("default", "x"));

    write(
        "tokenizer_config.json",
        "{'chat_template': [{'name': 'default', 'template': 'x'},"
            + "{'name': 'tool_use', 'template': 'y'}]}");
    assertThat(TokenizerConfig.read(folder).chatTemplates())
        .containsEntry("default", "x")
        .containsEntry("tool_use", "y")
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"7", "['x']", "[{'name': 'default'}]", "{'default': 'x'}", "[{'template': 'x'}]"})
  void read_otherChatTemplates_areRefused_withTheFile(String template) throws IOException {
    write("tokenizer_config.json", "{'chat_template': " + template + "}");

    assertThatThrownBy(() -> TokenizerConfig.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": chat_template: expected a text, or a list of objects with \"name\" and"
                + " \"template\"");
  }
}
