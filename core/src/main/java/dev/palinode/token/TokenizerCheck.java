package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Validates a {@code tokenizer.json} before the native library reads it: rejects content with which
 * the library would crash the process or fill the memory. Problems that the library reports as
 * errors are left to it.
 */
final class TokenizerCheck {
  private static final int MAX_STEPS = 64;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_GROWTH = 256;

  /** The library maps each byte above 0x7f to two, so every ByteLevel may double the text. */
  private static final int MAX_BYTE_LEVELS = 3;

  private static final List<String> STEPS =
      List.of("normalizers", "pretokenizers", "processors", "decoders");

  private int steps;
  private int byteLevels;
  private double growth = 1;

  private TokenizerCheck() {}

  /**
   * Checks the parts of a tokenizer.
   *
   * @throws IllegalArgumentException if one of them could crash the library; the message names it
   */
  static void check(ObjectNode json) {
    checkModel(json.path("model"));
    for (String part : List.of("normalizer", "pre_tokenizer", "post_processor", "decoder")) {
      try {
        checkValues(json.path(part), 0);
        new TokenizerCheck().checkStep(json.path(part));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(part + ": " + e.getMessage(), e);
      }
    }
  }

  /** The library parses these parts twice, and does not handle an error in the second parse. */
  private static void checkValues(JsonNode value, int depth) {
    Validate.isTrue(depth <= MAX_DEPTH, "nested more than %s deep", MAX_DEPTH);
    Validate.isTrue(
        !value.isNumber() || Double.isFinite(value.doubleValue()),
        "a number is too large: %s",
        Printable.escape(value.asText()));
    for (JsonNode inner : value) {
      checkValues(inner, depth + 1);
    }
  }

  private static void checkModel(JsonNode model) {
    // The library removes the prefix's number of bytes from the second part.
    String prefix = model.path("continuing_subword_prefix").asText("");
    for (JsonNode merge : prefix.isEmpty() ? List.<JsonNode>of() : model.path("merges")) {
      String second = merge.isTextual() ? second(merge.asText()) : merge.path(1).asText();
      if (!second.startsWith(prefix)) {
        throw new IllegalArgumentException(
            "model: the merge %s has a second part that does not begin with %s, the continuing_subword_prefix"
                .formatted(Printable.escape(merge.toString()), Printable.quote(prefix)));
      }
    }
  }

  private static String second(String merge) {
    return merge.substring(merge.indexOf(' ') + 1);
  }

  private void checkStep(JsonNode step) {
    Validate.isTrue(++steps <= MAX_STEPS, "expected %s steps at most", MAX_STEPS);
    for (String each : STEPS) {
      step.path(each).forEach(this::checkStep);
    }
    JsonNode regex = step.path("pattern").path("Regex");
    if (regex.isTextual()) {
      new SplitRegex(regex.asText());
    }
    switch (step.path("type").asText()) {
      case "Precompiled" -> new CharacterMap(step.path("precompiled_charsmap").asText());
      case "Replace" -> checkGrowth(step);
      case "Prepend" -> {
        int length = length(step.path("prepend"));
        Validate.isTrue(
            length >= 1 && length <= MAX_GROWTH,
            "Prepend: expected 1 to %s bytes, found %s",
            MAX_GROWTH,
            length);
      }
      case "ByteLevel" ->
          Validate.isTrue(
              ++byteLevels <= MAX_BYTE_LEVELS,
              "expected ByteLevel %s times at most",
              MAX_BYTE_LEVELS);
      case "FixedLength" -> {
        Validate.isTrue(
            step.path("length").asLong(1) >= 1, "FixedLength: expected a length of 1 or more");
      }
      case "Strip" -> checkStrip(step);
      case "TemplateProcessing" -> checkTemplate(step);
      default -> {}
    }
  }

  private void checkGrowth(JsonNode replace) {
    JsonNode regex = replace.path("pattern").path("Regex");
    boolean isEmpty =
        regex.isTextual()
            ? new SplitRegex(regex.asText()).canMatchNothing()
            : replace.path("pattern").path("String").asText("x").isEmpty();
    // With one that matches nothing, the library goes on after the end of the text.
    Validate.isTrue(!isEmpty, "Replace: expected a pattern that matches something");
    int from = Math.max(1, length(replace.path("pattern").path("String")));
    growth *= Math.max(1, (double) length(replace.path("content")) / from);
    Validate.isTrue(
        growth <= MAX_GROWTH,
        "Replace: a text would become more than %s times as long",
        MAX_GROWTH);
  }

  private static int length(JsonNode text) {
    return text.asText("").getBytes(StandardCharsets.UTF_8).length;
  }

  /** As a decoder, Strip counts from the end of a token without checking its length. */
  private static void checkStrip(JsonNode strip) {
    Validate.isTrue(
        strip.path("stop").asLong() == 0,
        "Strip: expected \"stop\" to be 0, found %s",
        strip.path("stop"));
  }

  /** The library looks up tokens and sequences without checking that they exist. */
  private static void checkTemplate(JsonNode template) {
    JsonNode tokens = template.path("special_tokens");
    for (String kind : List.of("single", "pair")) {
      for (JsonNode piece : template.path(kind)) {
        JsonNode special = piece.path("SpecialToken").path("id");
        String sequence = piece.path("Sequence").path("id").asText("A");
        Validate.isTrue(
            !special.isTextual() || tokens.has(special.asText()),
            "TemplateProcessing: %s names %s, which special_tokens does not have",
            kind,
            Printable.quote(special.asText()));
        Validate.isTrue(
            kind.equals("pair") || sequence.equals("A"),
            "TemplateProcessing: expected only text A in single, found %s",
            Printable.quote(sequence));
      }
    }
  }
}
