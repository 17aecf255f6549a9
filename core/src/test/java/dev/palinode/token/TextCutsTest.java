package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextCutsTest {
  private static final List<String> WORDS =
      List.of(
          " ", " ", " ", "  ", "\n", "\n\n", "   ", "\t", "the", "a", "Cat", "42", "1234", "don't",
          ".", "!?", "中文", "é", "e\u0301", "ab", "b", "sorry", "I", "=", "\u2581", "<x>", "  \n",
          "😀", "\u00a0", "ing", "_");

  private static final String SPLIT =
      """
      {"type": "Split", "pattern": {"Regex": "[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|\
       ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"},
       "behavior": "Isolated", "invert": false}
      """;

  private static final String BYTES =
      "{\"type\": \"ByteLevel\", \"add_prefix_space\": %s, \"use_regex\": %s, \"trim_offsets\": true}";

  private record Kind(String name, ObjectNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> kinds() throws IOException {
    String metaspace =
        "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"%s\", \"split\": %s}";
    String replace =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"\u2581\"}";
    return List.of(
        new Kind("shipped", JsonFiles.readObject(shipped())),
        kind(
            "llama 3",
            "null",
            "{\"type\": \"Sequence\", \"pretokenizers\": [%s, %s]}"
                .formatted(SPLIT, BYTES.formatted(false, false))),
        kind("gpt 2", "null", BYTES.formatted(false, true)),
        kind("gpt 2, space before", "null", BYTES.formatted(true, true)),
        kind(
            "digits",
            "{\"type\": \"NFC\"}",
            "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\", \"individual_digits\": true}, %s]}"
                .formatted(BYTES.formatted(false, true))),
        kind("metaspace", "null", metaspace.formatted("always", true)),
        kind("metaspace first", "null", metaspace.formatted("first", true)),
        kind("metaspace whole", "null", metaspace.formatted("first", false)),
        kind(
            "words with the space after them",
            "null",
            "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\w+ ?|\\\\W+\"}, \"behavior\": \"Isolated\", \"invert\": false}"),
        kind(
            "llama 2",
            "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Prepend\", \"prepend\": \"\u2581\"}, %s]}"
                .formatted(replace),
            "null"),
        kind(
            "gemma",
            replace,
            "{\"type\": \"Split\", \"pattern\": {\"String\": \" \"}, \"behavior\": \"MergedWithPrevious\", \"invert\": false}"));
  }

  private static Path shipped() {
    return Path.of(System.getProperty("palinode.root", ".."), "models/safety-world/tokenizer.json");
  }

  /** A BPE whose tokens are pairs and triples of the texts' characters. */
  private static Kind kind(String name, String normalizer, String preTokenizer) throws IOException {
    ObjectNode json = HostileTokenizerTest.tokenizer();
    ObjectMapper mapper = new ObjectMapper();
    json.set("normalizer", mapper.readTree(normalizer));
    json.set("pre_tokenizer", mapper.readTree(preTokenizer));
    ObjectNode model = (ObjectNode) json.path("model");
    model.put("unk_token", "<unk>").put("fuse_unk", true);
    ObjectNode vocab = model.putObject("vocab");
    var merges = model.putArray("merges");
    String letters = "abcdeginorstuyCIhĠĊ\u2581.,'42" + "13!?=_中文é";
    vocab.put("<unk>", 0);
    letters.codePoints().forEach(c -> vocab.put(Character.toString(c), vocab.size()));
    for (String pair :
        List.of(
            "Ġ Ġ",
            "\u2581 \u2581",
            "t h",
            "th e",
            "Ġ the",
            "\u2581 the",
            "a t",
            "i n",
            "in g",
            "o r",
            "e Ċ",
            "\u2581 a",
            "Ġ a",
            "Ċ Ċ",
            "4 2",
            "1 2",
            "3 4",
            "12 34",
            ". .",
            "\u2581\u2581 a")) {
      merges.add(pair);
      vocab.put(pair.replace(" ", ""), vocab.size());
    }
    json.withArray("added_tokens").add(added("<x>", vocab.size(), false));
    json.withArray("added_tokens").add(added("a b", vocab.size() + 1, true));
    return new Kind(name, json);
  }

  private static ObjectNode added(String content, int id, boolean strips) {
    return new ObjectMapper()
        .createObjectNode()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", strips)
        .put("rstrip", strips)
        .put("normalized", false)
        .put("special", true);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void pieces_haveTheIdsOfTheWhole(Kind kind) {
    try (NativeTokenizer tokenizer = new NativeTokenizer(kind.json)) {
      TextCuts cuts = new TextCuts(it -> tokenizer.encode(it, false));
      Random random = new Random(7);
      int made = 0;
      for (int i = 0; i < 60; i++) {
        String text = text(random, 60);
        int[] whole = tokenizer.encode(text, false);
        for (int longest : new int[] {5, 12, 40}) {
          List<String> pieces;
          try {
            pieces = cuts.pieces(text, longest);
          } catch (TextTooLongException e) {
            continue;
          }
          made += pieces.size() - 1;
          assertThat(
                  pieces.stream()
                      .map(it -> tokenizer.encode(it, false))
                      .flatMapToInt(IntStream::of)
                      .toArray())
              .as("%s", text)
              .isEqualTo(whole);
        }
      }
      assertThat(made).isGreaterThan(60);
    }
  }

  private static String text(Random random, int words) {
    return IntStream.range(0, words)
        .mapToObj(i -> WORDS.get(random.nextInt(WORDS.size())))
        .reduce("", String::concat);
  }

  @Test
  void longTextOfFixture_hasTheIdsOfTheWhole() {
    assertLongTextHasTheIdsOfTheWhole(Fixtures.fixture("tokenizer/tokenizer.json"));
  }

  @Test
  void longTextOfASentencepieceModel_hasTheIdsOfTheWhole() {
    assertLongTextHasTheIdsOfTheWhole(Fixtures.model("stories260K/hf/tokenizer.json"));
  }

  private static void assertLongTextHasTheIdsOfTheWhole(Path file) {
    ObjectNode json = JsonFiles.readObject(file);
    try (NativeTokenizer tokenizer = new NativeTokenizer(json)) {
      TextCuts cuts = new TextCuts(it -> tokenizer.encode(it, false));
      String text = text(new Random(3), 4000);
      assertThat(
              cuts.pieces(text, 200).stream()
                  .map(it -> tokenizer.encode(it, false))
                  .flatMapToInt(IntStream::of)
                  .toArray())
          .isEqualTo(tokenizer.encode(text, false));
    }
  }

  @Test
  void longRunsThatCannotBeCut_refusedWithLengthAndLimit() {
    String spaces = "a" + " ".repeat(11_000_000) + "x";
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(shipped())) {
      assertThatThrownBy(() -> tokenizer.encodeText(spaces))
          .isInstanceOf(TextTooLongException.class)
          .hasMessageContainingAll("11,000,002", "131,072");
      assertThatThrownBy(() -> tokenizer.encodeDocument("a".repeat(2_000_000)))
          .isInstanceOf(TextTooLongException.class)
          .hasMessageContainingAll("2,000,000", "131,072");
    }
  }

  @Test
  void longDocument_keepsTheTokensAroundIt() {
    String text = "apple bread ".repeat(20_000);
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(shipped())) {
      int[] ids = tokenizer.encodeDocument(text);

      assertThat(ids).hasSize(40_001).startsWith(tokenizer.encodeDocument("apple"));
      assertThat(ids[40_000]).isEqualTo(ids[2]);
    }
  }
}
