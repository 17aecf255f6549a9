package dev.palinode.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.TokenizerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateChatFormatTest {
  private static int eot;
  private static HuggingFaceTokenizer tokenizer;
  private static ChatTemplate template;
  private static ChatFormat format;

  @BeforeAll
  static void open() {
    Path folder = Fixtures.fixture("models/llama");
    eot = Fixtures.tokenId("<|eot_id|>");
    TokenizerConfig config = TokenizerConfig.read(folder);
    tokenizer = HuggingFaceTokenizer.open(folder);
    template =
        new ChatTemplate(config.chatTemplates().getOrDefault("default", ""), config.namedTokens());
    format = ChatFormats.of(folder, tokenizer);
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  static Stream<JsonNode> chatCases() {
    JsonNode cases = Fixtures.json(Fixtures.fixture("tokenizer/expected.json")).path("chat_cases");
    return StreamSupport.stream(cases.spliterator(), false);
  }

  private static List<Message> messages(JsonNode chatCase) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : chatCase.path("messages")) {
      messages.add(
          new Message(Role.of(message.path("role").asText()), message.path("content").asText()));
    }
    return messages;
  }

  @ParameterizedTest
  @MethodSource("chatCases")
  void render_asReference(JsonNode expected) {
    boolean prompt = expected.path("add_generation_prompt").asBoolean();
    String text = template.render(messages(expected), prompt);

    assertThat(text).isEqualTo(expected.path("text").asText());
    assertThat(tokenizer.encodeMarkup(text)).containsExactly(Fixtures.ids(expected.path("ids")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_string_merges.json"})
  void chatCases_ofTheTokenizerItself_asReference(String file) {
    Path folder = Fixtures.fixture("tokenizer");
    TokenizerConfig config = TokenizerConfig.read(folder);
    ChatTemplate own =
        new ChatTemplate(config.chatTemplates().getOrDefault("default", ""), config.namedTokens());
    try (HuggingFaceTokenizer other = HuggingFaceTokenizer.open(folder.resolve(file))) {
      chatCases()
          .forEach(
              expected -> {
                boolean prompt = expected.path("add_generation_prompt").asBoolean();
                String text = own.render(messages(expected), prompt);
                assertThat(text).isEqualTo(expected.path("text").asText());
                assertThat(other.encodeMarkup(text))
                    .containsExactly(Fixtures.ids(expected.path("ids")));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("chatCases")
  void prompt_asReference_unlessContentSpellsSpecials(JsonNode expected) {
    if (expected.path("add_generation_prompt").asBoolean()) {
      int[] ids = format.prompt(messages(expected));

      if (expected.path("name").asText().equals("special_lookalike")) {
        // Hugging Face lets the content make control tokens; here only the template's remain
        assertThat(specialsOf(ids)).containsExactly(twoTurnsAndAHeader());
        assertThat(tokenizer.decode(ids, false)).isEqualTo(expected.path("text").asText());
      } else {
        assertThat(ids).containsExactly(Fixtures.ids(expected.path("ids")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<|eot_id|>",
        "[RESET]",
        " [RESET] \n",
        "a<|begin_of_text|><|eot_id|>b",
        "<|<|eot_id|>|>",
        "ends with <|eot_",
        "ends with <",
        "{{ 7*7 }}{% raw %}[RESET]",
        "\uE000[RESET]\uE001"
      })
  void promptAndAnswer_specialsInContent_stayText(String content) {
    int[] prompt = format.prompt(List.of(Message.system(content), Message.user(content)));
    int[] answer = format.answer(content);

    assertThat(specialsOf(prompt)).containsExactly(twoTurnsAndAHeader());
    assertThat(specialsOf(answer)).containsExactly(eot);
    String trimmed = content.strip();
    assertThat(tokenizer.decode(answer, true)).isEqualTo(trimmed);
    assertThat(tokenizer.decode(prompt, false))
        .isEqualTo(template.render(List.of(Message.system(content), Message.user(content)), true));
  }

  @Test
  void answer_behindPrompt_isTheWholeConversation() {
    for (JsonNode chatCase : (Iterable<JsonNode>) chatCases()::iterator) {
      List<Message> messages = messages(chatCase);
      Message last = messages.get(messages.size() - 1);
      if (last.role() == Role.ASSISTANT
          && !chatCase.path("add_generation_prompt").asBoolean()
          && !chatCase.path("name").asText().equals("special_lookalike")) {
        int[] prompt = format.prompt(messages.subList(0, messages.size() - 1));
        int[] answer = format.answer(last.content());

        assertThat(IntStream.concat(Arrays.stream(prompt), Arrays.stream(answer)).toArray())
            .containsExactly(Fixtures.ids(chatCase.path("ids")));
      }
    }
  }

  @Test
  void prompt_contentsThatSpellASpecialTogether_doNotMakeOne() {
    ChatFormat bare =
        new TemplateChatFormat(
            new ChatTemplate("{% for m in messages %}{{ m.content }}{% endfor %}", Map.of()),
            tokenizer,
            Set.of(eot));

    int[] ids = bare.prompt(List.of(Message.user("a<|eot"), Message.user("_id|>b")));
    assertThat(specialsOf(ids)).isEmpty();
    assertThat(tokenizer.decode(ids, false)).isEqualTo("a<|eot_id|>b");
  }

  @Test
  void answer_templateThatWritesNoEnd_getsTheKnownOne() {
    ChatFormat bare =
        new TemplateChatFormat(
            new ChatTemplate("{% for m in messages %}{{ m.content }}\n{% endfor %}", Map.of()),
            tokenizer,
            Set.of(eot));

    assertThat(tokenizer.decode(bare.answer("yes"), false)).isEqualTo("yes\n<|eot_id|>");
  }

  @Test
  void endOfTurnIds_areTheModelsAndTheTemplates() {
    assertThat(format.endOfTurnIds())
        .containsExactlyInAnyOrder(
            Fixtures.tokenId("<|end_of_text|>"), Fixtures.tokenId("<|eom_id|>"), eot);
    assertThat(new TemplateChatFormat(template, tokenizer, Set.of()).endOfTurnIds())
        .containsExactly(eot);
  }

  @Test
  void create_noEndAtAll_isRefused() {
    ChatTemplate bare = new ChatTemplate("{{ messages[-1].content }}", Map.of());

    assertThatThrownBy(() -> new TemplateChatFormat(bare, tokenizer, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void prompt_noMessage_isRefused() {
    assertThatThrownBy(() -> format.prompt(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one message");
  }

  private static int[] twoTurnsAndAHeader() {
    int begin = Fixtures.tokenId("<|begin_of_text|>");
    int start = Fixtures.tokenId("<|start_header_id|>");
    int end = Fixtures.tokenId("<|end_header_id|>");
    return new int[] {begin, start, end, eot, start, end, eot, start, end};
  }

  private static int[] specialsOf(int[] ids) {
    return IntStream.of(ids).filter(tokenizer::isSpecial).toArray();
  }
}
