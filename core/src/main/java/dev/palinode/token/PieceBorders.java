package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Between which characters a pre-tokenizer begins a new piece, whatever else is in the text.
 * Immutable.
 */
final class PieceBorders {
  /** What a pre-tokenizer does between two characters. */
  enum Border {
    /** A piece ends, another begins, and neither depends on the other. */
    BORDER,
    /** They may be in one piece, and each side is treated as if the other were not there. */
    NONE,
    /** The same, and the second character has become ▁. */
    WORD_START,
    /** None of these is certain. */
    UNKNOWN
  }

  /** The expression of "ByteLevel": English clitics, then runs of one kind, a space before them. */
  private static final String BYTE_LEVEL =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /**
   * A step of the pre-tokenizer.
   *
   * @param regex what it splits by; null if nothing is known
   */
  private record Step(JsonNode json, @Nullable SplitRegex regex) {}

  private final List<Step> steps = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if an expression may take too many steps
   */
  PieceBorders(JsonNode preTokenizer) {
    add(preTokenizer);
  }

  private void add(JsonNode step) {
    if (step.path("type").asText().equals("Sequence")) {
      step.path("pretokenizers").forEach(this::add);
    } else if (step.isObject()) {
      steps.add(new Step(step, regex(step)));
    }
  }

  private static @Nullable SplitRegex regex(JsonNode step) {
    JsonNode pattern = step.path("pattern");
    return switch (step.path("type").asText()) {
      case "Whitespace" -> new SplitRegex("\\w+|[^\\w\\s]+");
      case "WhitespaceSplit", "BertPreTokenizer" -> new SplitRegex("\\S+");
      case "ByteLevel" ->
          step.path("use_regex").asBoolean(true) ? new SplitRegex(BYTE_LEVEL) : null;
      case "Digits" -> new SplitRegex("\\p{N}");
      case "Punctuation" -> new SplitRegex("[!-/:-@\\[-`{-~\\p{P}]");
      case "Split" ->
          pattern.path("Regex").isTextual()
              ? new SplitRegex(pattern.path("Regex").asText())
              : SplitRegex.literal(pattern.path("String").asText());
      default -> null;
    };
  }

  /**
   * What happens between two characters.
   *
   * @param before printable, no white space
   * @param after a space, a line break or ▁
   */
  Border between(String before, String after) {
    Border border = Border.NONE;
    for (Step step : steps) {
      // After a border, only what looks at the place in the whole text could notice a cut.
      boolean isFirstOnly = step.json.path("prepend_scheme").asText().equals("first");
      if (border != Border.BORDER || isFirstOnly) {
        border = border == Border.NONE ? between(step, before, after) : Border.UNKNOWN;
      }
    }
    return border;
  }

  private static Border between(Step step, String before, String after) {
    String type = step.json.path("type").asText();
    if (type.equals("Metaspace")) {
      return metaspace(step.json, after);
    } else if (step.regex == null) {
      return Border.UNKNOWN;
    } else if (step.regex.neverReads(before) && step.regex.neverReads(after)) {
      return Border.NONE;
    }
    boolean addsSpace =
        type.equals("ByteLevel") && step.json.path("add_prefix_space").asBoolean(true);
    String behavior = step.json.path("behavior").asText("Isolated");
    boolean isCertain =
        (behavior.equals("Isolated") || behavior.equals("Removed"))
            && !(addsSpace && !after.equals(" "))
            && step.regex.partsAlways(before, after);
    return isCertain ? Border.BORDER : Border.UNKNOWN;
  }

  private static Border metaspace(JsonNode step, String after) {
    boolean isWordStart = step.path("replacement").asText().equals(TextCuts.WORD_START);
    if (!isWordStart || !(after.equals(" ") || after.equals(TextCuts.WORD_START))) {
      return Border.UNKNOWN;
    }
    return step.path("split").asBoolean(true) ? Border.BORDER : Border.WORD_START;
  }
}
