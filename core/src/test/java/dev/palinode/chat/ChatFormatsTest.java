package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatFormatsTest {
  private static final List<Message> QUESTION =
      List.of(Message.system("Be brief."), Message.user("Hi <s>?"));

  @Test
  void of_everyModelFixture_hasAWorkingTemplate() throws IOException {
    try (var folders = Files.list(Fixtures.fixture("models"))) {
      for (Path folder : folders.toList()) {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
          ChatFormat format = ChatFormats.of(folder, tokenizer);
          int[] answer = format.answer("Hello");
          assertThat(format.endOfTurnIds()).contains(answer[answer.length - 1]);
        }
      }
    }
  }

  @Test
  void of_templateFile_goesBeforeTheConfigs_andNamedOnesAreFound(@TempDir Path folder)
      throws IOException {
    TokenizerFiles.copy(Fixtures.fixture("tokenizer"), folder);
    Files.writeString(folder.resolve("chat_template.jinja"), "F{{ messages[-1].content }}[RESET]");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        new ObjectMapper()
            .writeValueAsString(
                Map.of(
                    "eos_token",
                    Map.of("content", "<|eot_id|>"),
                    "chat_template",
                    List.of(
                        Map.of("name", "default", "template", "D{{ messages[-1].content }}"),
                        Map.of("name", "rag", "template", "F{{ messages[-1].content }}")))));
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      // neither writes answers after the prompt, so only the error can be tested
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("after its prompt: expected \"FAnswer[RESET]\"");
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer, "rag"))
          .hasMessageContaining("expected \"FAnswer\"");
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer, "none"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("known are: default, rag, human-assistant, user-assistant");
    }
  }

  @Test
  void of_everyPlaceOfTemplates_firstThatHasTheNameWins(@TempDir Path folder) throws IOException {
    TokenizerFiles.copy(Fixtures.fixture("tokenizer"), folder);
    ObjectMapper json = new ObjectMapper();
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      Files.writeString(
          folder.resolve("chat_template.json"),
          json.writeValueAsString(Map.of("chat_template", turn("from_json"))));
      Files.writeString(folder.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|eot_id|>\"}");
      assertThat(prompt(folder, tokenizer, "default")).isEqualTo("from_json:hi");

      Files.writeString(
          folder.resolve("tokenizer_config.json"),
          json.writeValueAsString(
              Map.of(
                  "eos_token",
                  "<|eot_id|>",
                  "chat_template",
                  List.of(
                      Map.of("name", "default", "template", turn("listed")),
                      Map.of("name", "tool_use", "template", turn("listed_tools"))))));
      assertThat(prompt(folder, tokenizer, "default")).isEqualTo("listed:hi");
      assertThat(prompt(folder, tokenizer, "tool_use")).isEqualTo("listed_tools:hi");

      Files.createDirectories(folder.resolve("additional_chat_templates"));
      Files.writeString(
          folder.resolve("additional_chat_templates/tool_use.jinja"), turn("tools_file"));
      Files.writeString(folder.resolve("additional_chat_templates/rag.jinja"), turn("rag_file"));
      Files.writeString(folder.resolve("additional_chat_templates/README.md"), "no template");
      Files.writeString(folder.resolve("chat_template.jinja"), turn("file"));
      assertThat(prompt(folder, tokenizer, "default")).isEqualTo("file:hi");
      assertThat(prompt(folder, tokenizer, "tool_use")).isEqualTo("tools_file:hi");
      assertThat(prompt(folder, tokenizer, "rag")).isEqualTo("rag_file:hi");
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer, "README"))
          .hasMessageContaining(
              "known are: default, rag, tool_use, human-assistant, user-assistant");

      Path copy = folder.resolve("copy");
      TokenizerFiles.copy(folder, copy);
      assertThat(prompt(copy, tokenizer, "rag")).isEqualTo("rag_file:hi");
    }
  }

  private static String turn(String name) {
    return "{% for m in messages %}" + name + ":{{ m.content }}{% endfor %}";
  }

  private static String prompt(Path folder, HuggingFaceTokenizer tokenizer, String name) {
    ChatFormat format = ChatFormats.of(folder, tokenizer, name);
    return tokenizer.decode(format.prompt(List.of(Message.user("hi"))), false);
  }

  @Test
  void of_brokenTemplate_namesFolderAndLine(@TempDir Path folder) throws IOException {
    TokenizerFiles.copy(Fixtures.fixture("tokenizer"), folder);
    Files.writeString(folder.resolve("chat_template.jinja"), "a\n{% if %}");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(folder + ": the chat template cannot be read: line 2: ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "chatml"})
  void of_baseModel_hasTranscriptOnly(String name) {
    Path folder = Fixtures.model("stories260K/hf");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      assertThatThrownBy(() -> ChatFormats.of(folder, tokenizer, name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "%s: no chat format \"%s\"; known are: human-assistant, user-assistant"
                  .formatted(folder, name));
    }
  }

  @Test
  void transcript_sentencepieceStyle_laysOutAsDocumented() {
    assertTranscript(Fixtures.model("stories260K/hf"), 1, 2);
  }

  @Test
  void transcript_byteLevel_laysOutAsDocumented() {
    assertTranscript(
        Fixtures.fixture("models/llama"),
        Fixtures.tokenId("<|begin_of_text|>"),
        Fixtures.tokenId("<|eot_id|>"));
  }

  private static void assertTranscript(Path folder, int begin, int end) {
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      ChatFormat format = ChatFormats.of(folder, tokenizer, ChatFormats.HUMAN_ASSISTANT);
      int[] prompt = format.prompt(QUESTION);
      int[] answer = format.answer("Hello there.");

      assertThat(prompt).startsWith(begin).doesNotContain(end);
      assertThat(tokenizer.decode(prompt, true))
          .isEqualTo("Be brief.\n\nHuman: Hi <s>?\n\nAssistant:");
      assertThat(answer).endsWith(end);
      assertThat(format.endOfTurnIds()).containsExactly(end);

      // after the prompt, the answer has the ids of the whole transcript
      int[] whole = tokenizer.encodeText("Be brief.\n\nHuman: Hi <s>?\n\nAssistant: Hello there.");
      int[] tail = Arrays.copyOfRange(whole, prompt.length - 1, whole.length);
      assertThat(format.opening("Hello there.")).containsExactly(tail);
    }
  }

  @Test
  void transcript_edges() {
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.open(Fixtures.fixture("tokenizer"))) {
      int end = Fixtures.tokenId("<|end_of_text|>");
      ChatFormat format = new TranscriptChatFormat(tokenizer, end, TranscriptChatFormat.HUMAN);

      assertThat(format.answer("")).containsExactly(end);
      assertThat(
              tokenizer.decode(
                  format.prompt(
                      List.of(Message.user("a"), Message.assistant("b"), Message.user("c"))),
                  false))
          .isEqualTo("<|begin_of_text|>\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:");
      assertThatThrownBy(() -> format.prompt(List.of(Message.user("a"), Message.system("b"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("number 2");
      assertThatThrownBy(() -> format.prompt(List.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
