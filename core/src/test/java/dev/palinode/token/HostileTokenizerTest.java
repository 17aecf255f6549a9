package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizer files that crash the native library, which have to be rejected before. */
class HostileTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ObjectNode tokenizer() throws IOException {
    return (ObjectNode)
        JSON.readTree(
            """
            {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
             "post_processor": null, "decoder": null,
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
            """);
  }

  private static void refused(ObjectNode json, String... message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NativeTokenizer(json).close())
        .satisfies(e -> assertThat(e.getMessage()).contains(message));
  }

  private static ObjectNode with(String part, String value) throws IOException {
    return tokenizer().set(part, JSON.readTree(value));
  }

  @Test
  void prefixThatAMergeDoesNotHave_refused() throws IOException {
    ObjectNode json = tokenizer();
    ((ObjectNode) json.path("model")).put("continuing_subword_prefix", "######");

    refused(json, "merge", "a b", "continuing_subword_prefix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "AAECAwQF", "/////wAAAAA=", "BAAAAP////8="})
  void precompiledMapOfGarbage_refused(String map) throws IOException {
    refused(
        with(
            "normalizer",
            "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}".formatted(map)),
        "normalizer",
        "precompiled_charsmap");
  }

  @Test
  void precompiledMapThatMapsALetter_isUsed() throws IOException {
    String map = Base64.getEncoder().encodeToString(map('a', "b"));
    ObjectNode json =
        with(
            "normalizer",
            "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}".formatted(map));

    try (NativeTokenizer tokenizer = new NativeTokenizer(json)) {
      assertThat(tokenizer.encode("ab", false)).containsExactly(1, 1);
    }
  }

  /** A trie of 256 units with one leaf. */
  private static byte[] map(char letter, String text) {
    int[] trie = new int[512];
    trie[0] = 256 << 10; // the root's children are at 256 ^ label
    trie[256 ^ letter] = letter | 1 << 8 | 1 << 10; // its leaf is beside it
    trie[256 ^ letter ^ 1] = 1 << 31; // text 0
    byte[] texts = (text + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * trie.length + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * trie.length);
    for (int unit : trie) {
      bytes.putInt(unit);
    }
    return bytes.put(texts).array();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(x+x+)+y",
        "(a|a)*b",
        "(x?){30}x{30}",
        "x*x*x*y",
        "(a|aa)+$",
        "(.*)*y",
        "\\\\1(x)",
        "(?:x{1,3})+y",
        "(?<n>x)\\\\g<n>",
        "x{100000}",
        "(?=x*x*)x",
        "[x[y[z]]]",
        "(x|y{2})*"
      })
  void expressionThatCanTakeForEver_refused(String regex) throws IOException {
    refused(with("pre_tokenizer", split(regex)), "pre_tokenizer", "regular expression");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|"
            + " ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+",
        "[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?[\\\\p{Lu}\\\\p{Lo}\\\\p{M}]*[\\\\p{Ll}\\\\p{Lo}\\\\p{M}]+(?i:'s|'t)?|\\\\s+",
        "(?:\\\\r?\\\\n)+(?!\\\\r?\\\\n)|.",
        "\\\\d{1,3}(?=(?:\\\\d{3})*\\\\b)",
        " ?[^(\\\\s|[.,!?])]+",
        "[0-9][0-9][0-9]",
        "(?=(\\\\d{3})+(?!\\\\d))",
        "'(?:[sdmt]|ll|ve|re)|[!-/:-@\\\\[-`][A-Za-z]+|[^\\\\r\\\\n\\\\p{L}]?[\\\\p{L}\\\\p{M}]+",
        "^\\\\s+|(?<!\\\\n)\\\\bx|[\\\\p{Han}]+|[\\\\p{L}&&[^\\\\p{Han}]]+",
        "'(?i:[sdmt]|ll|ve|re)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?+\\\\p{L}++|\\\\p{N}{1,3}+| ?[^\\\\s\\\\p{L}\\\\p{N}]++[\\\\r\\\\n]*+|\\\\s++$|\\\\s*[\\\\r\\\\n]|\\\\s+(?!\\\\S)|\\\\s"
      })
  void expressionAsPublishedModelsHaveThem_accepted(String regex) throws IOException {
    ObjectNode json = with("pre_tokenizer", split(regex));

    assertThatCode(() -> new NativeTokenizer(json).close()).doesNotThrowAnyException();
  }

  private static String split(String regex) {
    return """
        {"type": "Split", "pattern": {"Regex": "%s"}, "behavior": "Isolated", "invert": false}
        """
        .formatted(regex);
  }

  @Test
  void templateWithATokenThatIsNotListed_refused() throws IOException {
    refused(
        with(
            "post_processor",
            """
            {"type": "TemplateProcessing", "special_tokens": {}, "pair": [],
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}]}
            """),
        "post_processor",
        "\"<s>\"");
  }

  @Test
  void templateOfOneTextWithTwo_refused() throws IOException {
    refused(
        with(
            "post_processor",
            """
            {"type": "TemplateProcessing", "special_tokens": {}, "pair": [],
             "single": [{"Sequence": {"id": "B", "type_id": 0}}]}
            """),
        "post_processor",
        "\"B\"");
  }

  @Test
  void decoderThatStripsTheEnd_refused() throws IOException {
    refused(
        with("decoder", "{\"type\": \"Strip\", \"content\": \"a\", \"start\": 0, \"stop\": 3}"),
        "decoder",
        "stop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"normalizer", "pre_tokenizer", "post_processor", "decoder"})
  void numberThatNoDoubleHolds_refused(String part) throws IOException {
    ObjectNode json = tokenizer();
    json.putObject(part).put("type", "Fuse").put("x", new BigDecimal("1e999"));

    refused(json, part, "number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"normalizer", "pre_tokenizer", "post_processor", "decoder"})
  void partsNestedVeryDeeply_refused(String part) throws IOException {
    refused(
        with(
            part, "{\"type\": \"Fuse\", \"x\": %s1%s}".formatted("[".repeat(200), "]".repeat(200))),
        part,
        "deep");
  }

  @Test
  void prependOfNothing_refused() throws IOException {
    refused(
        with("normalizer", "{\"type\": \"Prepend\", \"prepend\": \"\"}"), "normalizer", "Prepend");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Regex\": \"a*\"}",
        "{\"Regex\": \"(?=a)\"}",
        "{\"Regex\": \"(?=(\\\\d{3})+(?!\\\\d))\"}",
        "{\"String\": \"\"}"
      })
  void replacementOfNothing_refused(String pattern) throws IOException {
    refused(
        with(
            "normalizer",
            "{\"type\": \"Replace\", \"pattern\": %s, \"content\": \"b\"}".formatted(pattern)),
        "normalizer",
        "matches something");
  }

  @Test
  void replacementsThatGrowWithoutEnd_refused() throws IOException {
    String step =
        "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aaaaaaaaaa\"}";
    refused(
        with(
            "normalizer",
            "{\"type\": \"Sequence\", \"normalizers\": [%s, %s, %s]}".formatted(step, step, step)),
        "normalizer",
        "Replace");
  }
}
