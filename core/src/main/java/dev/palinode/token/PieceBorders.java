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

  /** The expression of the pre-tokenizer "Whitespace". */
  private static final String WORDS = "\\w+|[^\\w\\s]+";

  /** The expression of "ByteLevel": English clitics, then runs of one kind, a space before them. */
  private static final String BYTE_LEVEL =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /**
   * @param regex what it splits by, if that is a regular expression
   */
  private record Step(JsonNode json, @Nullable SplitRegex regex) {
    String type() {
      return json.path("type").asText();
    }
  }

  private final List<Step> steps = new ArrayList<>();

  /**
   * @throws IllegalArgumentException if an expression may take too many steps
   */
  PieceBorders(JsonNode preTokenizer) {
    add(preTokenizer);
  }

  private void add(JsonNode step) {
    switch (step.path("type").asText()) {
      case "Sequence" -> step.path("pretokenizers").forEach(this::add);
      case "Whitespace" -> steps.add(new Step(step, new SplitRegex(WORDS)));
      case "ByteLevel" ->
          steps.add(
              new Step(
                  step,
                  step.path("use_regex").asBoolean(true) ? new SplitRegex(BYTE_LEVEL) : null));
      case "Split" -> {
        JsonNode regex = step.path("pattern").path("Regex");
        steps.add(new Step(step, regex.isTextual() ? new SplitRegex(regex.asText()) : null));
      }
      case "" -> {}
      default -> steps.add(new Step(step, null));
    }
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
      // Behind a border, only what looks at the place in the whole text could notice a cut.
      boolean isFirstOnly = step.json.path("prepend_scheme").asText().equals("first");
      if (border == Border.BORDER && !isFirstOnly) {
        continue;
      }
      border = border == Border.NONE ? between(step, before, after) : Border.UNKNOWN;
    }
    return border;
  }

  private static Border between(Step step, String before, String after) {
    return switch (step.type()) {
      case "Split" -> split(step, before, after);
      case "ByteLevel" -> {
        boolean isPrefixed = step.json.path("add_prefix_space").asBoolean(true);
        yield step.regex == null || (isPrefixed && !after.equals(" "))
            ? Border.UNKNOWN
            : matched(step.regex, before, after);
      }
      case "Whitespace" -> matched(step.regex, before, after);
      case "WhitespaceSplit", "BertPreTokenizer" ->
          after.isBlank() ? Border.BORDER : Border.UNKNOWN;
      case "Metaspace" -> metaspace(step.json, after);
      case "Digits" -> isDigit(before) ? Border.BORDER : Border.NONE;
      case "Punctuation" -> punctuation(step.json, before);
      default -> Border.UNKNOWN;
    };
  }

  private static Border split(Step step, String before, String after) {
    String literal = step.json.path("pattern").path("String").asText();
    String behavior = step.json.path("behavior").asText();
    boolean isPlain = behavior.equals("Isolated") || behavior.equals("Removed");
    if (step.regex == null) {
      boolean isElsewhere =
          literal.length() == 1 && !literal.equals(before) && !literal.equals(after);
      boolean isBorder = literal.equals(after) && isPlain;
      return isBorder ? Border.BORDER : isElsewhere ? Border.NONE : Border.UNKNOWN;
    } else if (step.regex.neverReads(before) && step.regex.neverReads(after)) {
      return Border.NONE;
    }
    return isPlain ? matched(step.regex, before, after) : Border.UNKNOWN;
  }

  private static Border matched(@Nullable SplitRegex regex, String before, String after) {
    boolean isBorder =
        regex != null
            && regex.isIndependent(before, after)
            && (regex.alwaysMatches(before) || regex.alwaysMatches(after));
    return isBorder ? Border.BORDER : Border.UNKNOWN;
  }

  private static Border metaspace(JsonNode step, String after) {
    boolean isWordStart = step.path("replacement").asText().equals(TextCuts.WORD_START);
    if (!isWordStart || !(after.equals(" ") || after.equals(TextCuts.WORD_START))) {
      return Border.UNKNOWN;
    }
    return step.path("split").asBoolean(true) ? Border.BORDER : Border.WORD_START;
  }

  private static Border punctuation(JsonNode step, String before) {
    char c = before.charAt(0);
    if (c >= 0x80 || Character.isLetterOrDigit(c)) {
      return Border.NONE;
    }
    return step.path("behavior").asText("Isolated").equals("Isolated")
        ? Border.BORDER
        : Border.UNKNOWN;
  }

  private static boolean isDigit(String text) {
    return text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }
}
