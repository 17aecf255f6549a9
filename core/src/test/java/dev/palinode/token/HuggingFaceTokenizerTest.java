package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTokenizerTest {
  private static final Map<Path, HuggingFaceTokenizer> OPEN = new ConcurrentHashMap<>();

  @AfterAll
  static void close() {
    OPEN.values().forEach(HuggingFaceTokenizer::close);
    OPEN.clear();
  }

  private static HuggingFaceTokenizer tokenizer(Path path) {
    return OPEN.computeIfAbsent(path, HuggingFaceTokenizer::open);
  }

  private static Stream<Arguments> fixtureCases(String key) {
    JsonNode cases = Fixtures.json(Fixtures.fixture("tokenizer/expected.json")).path(key);
    assertThat(cases).isNotEmpty();
    return Stream.of("tokenizer.json", "tokenizer_string_merges.json")
        .flatMap(
            file ->
                StreamSupport.stream(cases.spliterator(), false)
                    .map(c -> arguments(Fixtures.fixture("tokenizer").resolve(file), c)));
  }

  static Stream<Arguments> cases() {
    return fixtureCases("cases");
  }

  static Stream<Arguments> decodeCases() {
    return fixtureCases("decode_cases");
  }

  static Stream<JsonNode> sentencepieceCases() {
    JsonNode golden = Fixtures.json(Fixtures.model("stories260K/golden.json"));
    return StreamSupport.stream(golden.path("tokenizer_cases").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encodeAndDecode_asReference(Path file, JsonNode expected) {
    HuggingFaceTokenizer tokenizer = tokenizer(file);
    String text = expected.path("text").asText();
    int[] ids = Fixtures.ids(expected.path("ids"));

    assertThat(tokenizer.encodeMarkup(text)).containsExactly(ids);
    assertThat(tokenizer.encodeText(text))
        .containsExactly(Fixtures.ids(expected.path("ids_specials_as_text")));
    assertThat(tokenizer.decode(ids, false)).isEqualTo(expected.path("decoded").asText());
    assertThat(tokenizer.decode(ids, true))
        .isEqualTo(expected.path("decoded_skip_special").asText());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encodeDocument_isBeginTokenAndText(Path file, JsonNode expected) {
    HuggingFaceTokenizer tokenizer = tokenizer(file);
    String text = expected.path("text").asText();
    int[] document = tokenizer.encodeDocument(text);

    assertThat(document[0]).isEqualTo(Fixtures.ids(expected.path("ids_with_bos"))[0]);
    assertThat(IntStream.of(document).skip(1).toArray())
        .containsExactly(Fixtures.ids(expected.path("ids_specials_as_text")));
    if (expected.path("ids").equals(expected.path("ids_specials_as_text"))) {
      assertThat(document).containsExactly(Fixtures.ids(expected.path("ids_with_bos")));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void encodeParts_isMarkupOrTextOfTheWhole(Path file, JsonNode expected) {
    HuggingFaceTokenizer tokenizer = tokenizer(file);
    String text = expected.path("text").asText();

    assertThat(tokenizer.encodeParts(List.of(Tokenizer.Part.markup(text))))
        .containsExactly(Fixtures.ids(expected.path("ids")));
    Tokenizer.Part begin = Tokenizer.Part.markup("<|begin_of_text|>");
    assertThat(tokenizer.encodeParts(List.of(begin, Tokenizer.Part.markup(text))))
        .containsExactly(Fixtures.ids(expected.path("ids_with_bos")));
    for (int border = 0; border <= text.length(); border++) {
      List<Tokenizer.Part> halves =
          List.of(
              Tokenizer.Part.text(text.substring(0, border)),
              Tokenizer.Part.text(text.substring(border)));
      assertThat(tokenizer.encodeParts(halves))
          .containsExactly(Fixtures.ids(expected.path("ids_specials_as_text")));
    }
  }

  @Test
  void everyModelFixture_asReference() throws IOException {
    JsonNode expected = Fixtures.json(Fixtures.fixture("tokenizer/expected.json"));
    try (Stream<Path> folders = Files.list(Fixtures.fixture("models"))) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        HuggingFaceTokenizer tokenizer = tokenizer(folder);
        for (JsonNode each : expected.path("cases")) {
          int[] ids = Fixtures.ids(each.path("ids"));
          assertThat(tokenizer.encodeMarkup(each.path("text").asText())).containsExactly(ids);
          assertThat(tokenizer.decode(ids, false)).isEqualTo(each.path("decoded").asText());
        }
        for (JsonNode each : expected.path("decode_cases")) {
          assertThat(tokenizer.decode(Fixtures.ids(each.path("ids")), true))
              .isEqualTo(each.path("decoded_skip_special").asText());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("decodeCases")
  void decode_invalidUtf8_asReference(Path file, JsonNode expected) {
    int[] ids = Fixtures.ids(expected.path("ids"));

    assertThat(tokenizer(file).decode(ids, false)).isEqualTo(expected.path("decoded").asText());
    assertThat(tokenizer(file).decode(ids, true))
        .isEqualTo(expected.path("decoded_skip_special").asText());
  }

  @ParameterizedTest
  @MethodSource("sentencepieceCases")
  void sentencepieceStyle_asReference(JsonNode expected) {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.model("stories260K/hf"));
    String text = expected.path("text").asText();
    int[] ids = Fixtures.ids(expected.path("ids"));

    assertThat(tokenizer.encodeDocument(text)).containsExactly(ids);
    assertThat(tokenizer.encodeText(text)).containsExactly(IntStream.of(ids).skip(1).toArray());
    assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
  }

  @Test
  void sentencepieceStyle_specialsInText_stayText() {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.model("stories260K/hf"));

    for (String text : List.of("<s>", "</s>", "<unk>", "a<s>b</s> <unk> c")) {
      int[] ids = tokenizer.encodeText(text);
      assertThat(ids).doesNotContain(1, 2);
    }
    assertThat(tokenizer.encodeMarkup("<s>")).containsExactly(1);
  }

  @Test
  void vocabulary_ofFixture() {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.fixture("tokenizer"));
    JsonNode expected = Fixtures.tokenizer();
    int reset = expected.path("reset_token_id").asInt();

    assertThat(tokenizer.vocabSize()).isEqualTo(expected.path("vocab_size").asInt());
    assertThat(tokenizer.idOf("[RESET]")).hasValue(reset);
    assertThat(tokenizer.idOf("no such token")).isEmpty();
    assertThat(tokenizer.isSpecial(reset)).isTrue();
    assertThat(tokenizer.isSpecial(tokenizer.idOf("<think>").orElseThrow())).isFalse();
    Set<String> special = new HashSet<>();
    for (JsonNode added : expected.path("added_tokens")) {
      if (added.path("special").asBoolean()) {
        special.add(added.path("content").asText());
      }
    }
    assertThat(special).contains("[RESET]", "<|eot_id|>");
    assertThat(tokenizer.specialTokens()).isEqualTo(special);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WordLevel", "Unigram", "BPE"})
  void encodeText_vocabularyThatListsItsSpecials_neverGivesThem(String model, @TempDir Path folder)
      throws IOException {
    // In each of these the model itself, not only the added tokens, would turn "<s>" into id 1.
    String json =
        switch (model) {
          case "WordLevel" ->
              "{'type':'WordLevel','vocab':{'<unk>':0,'<s>':1,'a':2},'unk_token':'<unk>'}";
          case "Unigram" ->
              "{'type':'Unigram','unk_id':0,'vocab':[['<unk>',0],['<s>',0],['a',-1.5],['<',-9]]}";
          default ->
              "{'type':'BPE','vocab':{'<unk>':0,'<s>':1,'a':2,'<':3,'s':4,'>':5,'<s':6},"
                  + "'merges':[['<','s'],['<s','>']],'unk_token':'<unk>'}";
        };
    Files.writeString(
        folder.resolve("tokenizer.json"),
        ("{'version':'1.0','added_tokens':[{'id':0,'content':'<unk>','special':true},"
                + "{'id':1,'content':'<s>','special':true}],"
                + "'pre_tokenizer':{'type':'WhitespaceSplit'},'model':"
                + json
                + "}")
            .replace(
                "'special'",
                "'single_word':false,'lstrip':false,'rstrip':false,"
                    + "'normalized':false,'special'")
            .replace('\'', '"'));
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      assertThat(tokenizer.encodeMarkup("a<s>a")).containsExactly(2, 1, 2);
      assertThat(tokenizer.encodeText("a <s> a")).doesNotContain(1).startsWith(2).endsWith(2);
      assertThat(
              tokenizer.encodeParts(
                  List.of(Tokenizer.Part.markup("<s>"), Tokenizer.Part.text("<s> a"))))
          .startsWith(1)
          .endsWith(2)
          .satisfies(ids -> assertThat(IntStream.of(ids).skip(1)).doesNotContain(1));
    }
  }

  @Test
  void open_tokenNamedByConfigOnly_isSpecial(@TempDir Path folder) throws IOException {
    Path from = Fixtures.fixture("tokenizer");
    Files.copy(from.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"additional_special_tokens\": [\"<think>\", {\"content\": \"</think>\"}]}");
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      int begin = Fixtures.tokenId("<think>");
      int end = Fixtures.tokenId("</think>");
      int a = tokenizer.encodeText("a")[0];
      assertThat(tokenizer.isSpecial(begin)).isTrue();
      assertThat(tokenizer.decode(new int[] {begin, a, end}, true)).isEqualTo("a");
      assertThat(tokenizer.encodeText("<think></think>")).doesNotContain(begin, end);
    }
  }

  @Test
  void encode_unpairedSurrogate_isReplacementCharacter() {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.fixture("tokenizer"));

    assertThat(tokenizer.encodeText("a\uD83Db")).isEqualTo(tokenizer.encodeText("a\uFFFDb"));
    assertThat(tokenizer.decode(tokenizer.encodeText("🙂\0"), true)).isEqualTo("🙂\0");
  }

  @Test
  void decode_idOutsideVocabulary_addsNothing() {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.fixture("tokenizer"));

    int a = tokenizer.encodeText("a")[0];
    int b = tokenizer.encodeText("b")[0];
    assertThat(tokenizer.decode(new int[] {a, Fixtures.vocabSize(), 1_000_000, b}, false))
        .isEqualTo("ab");
  }

  @Test
  void encode_fromManyThreads_asFromOne() {
    HuggingFaceTokenizer tokenizer = tokenizer(Fixtures.fixture("tokenizer"));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      texts.add("text number " + i + " [RESET] 🙂".repeat(i % 7));
    }
    List<List<Integer>> expected = texts.stream().map(t -> boxed(tokenizer, t)).toList();

    assertThat(texts.parallelStream().map(t -> boxed(tokenizer, t)).toList()).isEqualTo(expected);
  }

  private static List<Integer> boxed(Tokenizer tokenizer, String text) {
    return IntStream.of(tokenizer.encodeText(text)).boxed().toList();
  }

  @Test
  void close_twice_thenUse_isRefused() {
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.open(Fixtures.fixture("tokenizer/tokenizer.json"));
    tokenizer.close();
    tokenizer.close();

    assertThatThrownBy(() -> tokenizer.encodeText("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void open_missingFile_namesIt(@TempDir Path folder) {
    assertThatThrownBy(() -> HuggingFaceTokenizer.open(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(folder.resolve("tokenizer.json") + ": no such file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[1, 2]", "{\"model\": ", "{}", "{\"model\": {\"vocab\": {\"a\": 0}}}"})
  void open_garbledFile_namesItAndWhatIsExpected(String content, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), content);

    assertThatThrownBy(() -> HuggingFaceTokenizer.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageMatching("(?s).*(expected|the tokenizers library cannot read it).*");
  }
}
