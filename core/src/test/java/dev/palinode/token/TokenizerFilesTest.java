package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFilesTest {
  private final Path target;

  TokenizerFilesTest(@TempDir Path target) {
    this.target = target;
  }

  @Test
  void copy_isByteForByte_andCarriesTokenizerFilesOnly() throws IOException {
    Path from = Fixtures.fixture("models/llama");
    TokenizerFiles.copy(from, target.resolve("a/b"));

    assertThat(contents(target.resolve("a/b")).keySet())
        .containsExactly(
            "generation_config.json",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json");
    for (String name : contents(target.resolve("a/b")).keySet()) {
      assertThat(target.resolve("a/b").resolve(name)).hasSameBinaryContentAs(from.resolve(name));
    }
  }

  @Test
  void copyWithSpecialToken_thereAlready_changesNothing() {
    Path from = Fixtures.fixture("tokenizer");

    assertThat(TokenizerFiles.copyWithSpecialToken(from, target, "[RESET]"))
        .isEqualTo(Fixtures.tokenId("[RESET]"));
    assertThat(target.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(from.resolve("tokenizer.json"));
  }

  @Test
  void copyWithSpecialToken_new_getsNextIdEverywhere_elseUnchanged() throws IOException {
    Path from = Fixtures.fixture("tokenizer");
    int id = TokenizerFiles.copyWithSpecialToken(from, target, "[UNDO]");

    assertThat(id).isEqualTo(Fixtures.vocabSize());
    try (HuggingFaceTokenizer before = HuggingFaceTokenizer.open(from);
        HuggingFaceTokenizer after = HuggingFaceTokenizer.open(target)) {
      assertThat(after.vocabSize()).isEqualTo(id + 1);
      assertThat(after.isSpecial(id)).isTrue();
      int a = before.encodeText("a")[0];
      int b = before.encodeText("b")[0];
      assertThat(after.encodeMarkup("a[UNDO]b")).containsExactly(a, id, b);
      assertThat(after.encodeText("a[UNDO]b")).isEqualTo(before.encodeText("a[UNDO]b"));
      assertThat(after.decode(new int[] {a, id}, false)).isEqualTo("a[UNDO]");
    }
    ObjectNode tokenizer = json("tokenizer.json");
    ArrayNode added = (ArrayNode) tokenizer.path("added_tokens");
    added.remove(added.size() - 1);
    assertThat(tokenizer).isEqualTo(Fixtures.json(from.resolve("tokenizer.json")));

    ObjectNode config = json("tokenizer_config.json");
    JsonNode entry = ((ObjectNode) config.path("added_tokens_decoder")).remove(String.valueOf(id));
    assertThat(entry.path("content").asText()).isEqualTo("[UNDO]");
    assertThat(entry.path("special").asBoolean()).isTrue();
    assertThat(((ArrayNode) config.path("additional_special_tokens")).remove(1).asText())
        .isEqualTo("[UNDO]");
    assertThat(config).isEqualTo(Fixtures.json(from.resolve("tokenizer_config.json")));

    ObjectNode map = json("special_tokens_map.json");
    assertThat(((ArrayNode) map.path("additional_special_tokens")).remove(1).asText())
        .isEqualTo("[UNDO]");
    assertThat(map).isEqualTo(Fixtures.json(from.resolve("special_tokens_map.json")));
  }

  @Test
  void copyWithSpecialToken_twice_orInPlace_isTheSame() throws IOException {
    Path from = Fixtures.fixture("tokenizer");
    TokenizerFiles.copyWithSpecialToken(from, target.resolve("a"), "[UNDO]");
    TokenizerFiles.copyWithSpecialToken(target.resolve("a"), target.resolve("b"), "[UNDO]");
    TokenizerFiles.copy(from, target.resolve("c"));
    TokenizerFiles.copyWithSpecialToken(target.resolve("c"), target.resolve("c"), "[UNDO]");

    Map<String, String> once = contents(target.resolve("a"));
    assertThat(contents(target.resolve("b"))).isEqualTo(once);
    assertThat(contents(target.resolve("c"))).isEqualTo(once);
  }

  @Test
  void copyWithSpecialToken_ordinaryAddedToken_becomesSpecialUnderItsId() {
    int id = TokenizerFiles.copyWithSpecialToken(Fixtures.fixture("tokenizer"), target, "<think>");

    assertThat(id).isEqualTo(Fixtures.tokenId("<think>"));
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(target)) {
      assertThat(tokenizer.isSpecial(id)).isTrue();
      assertThat(tokenizer.vocabSize()).isEqualTo(Fixtures.vocabSize());
    }
  }

  @Test
  void copyWithSpecialToken_minimalFolder_addsToWhatIsThere() throws IOException {
    Path from = Fixtures.model("stories260K/hf");
    Files.writeString(target.resolve("added_tokens.json"), "{}");
    Files.copy(from.resolve("tokenizer.json"), target.resolve("tokenizer.json"));
    int id = TokenizerFiles.copyWithSpecialToken(target, target, "[RESET]");

    assertThat(id).isEqualTo(512);
    assertThat(json("added_tokens.json").path("[RESET]").asInt()).isEqualTo(512);
    assertThat(contents(target).keySet()).containsExactly("added_tokens.json", "tokenizer.json");
  }

  @Test
  void copy_carriesChatTemplates_whereverTheyStand() throws IOException {
    Path from = Files.createDirectory(target.resolve("from"));
    Path to = target.resolve("to");
    for (String name : List.of("tokenizer.json", "chat_template.jinja", "chat_template.json")) {
      Files.writeString(from.resolve(name), name);
    }
    Files.writeString(from.resolve("README.md"), "not carried");

    TokenizerFiles.copy(from, to);

    assertThat(contents(to)).isEqualTo(without(contents(from), "README.md"));
  }

  private static Map<String, String> without(Map<String, String> contents, String name) {
    contents.remove(name);
    return contents;
  }

  @Test
  void copy_ofNoFolder_namesIt() {
    assertThatThrownBy(() -> TokenizerFiles.copy(target.resolve("none"), target))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(target.resolve("none").toString());
  }

  @Test
  void copyWithSpecialToken_blank_isRefused() {
    assertThatThrownBy(() -> TokenizerFiles.copyWithSpecialToken(target, target, " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be blank");
  }

  private ObjectNode json(String name) {
    return (ObjectNode) Fixtures.json(target.resolve(name));
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return contents;
  }
}
