package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Where a long text may be cut so that the ids of its pieces, one after the other, are exactly
 * those of the whole.
 *
 * <p>The native library searches a text with regular expressions that end the process where they
 * take too many steps, so no piece that it gets may be longer than {@link #LONGEST_PIECE}. Places
 * are looked for before a space or a line break that follows an ordinary character. One is good if
 * no added token is near, the normalizer maps single characters, and the pre-tokenizer begins a
 * piece there whatever lies around; or, without a pre-tokenizer, if no token of a BPE vocabulary
 * has the beginning of a word (▁) inside it. Immutable.
 */
final class TextCuts {
  /** The most characters given to the native library at once. */
  static final int LONGEST_PIECE = 1 << 17;

  static final String WORD_START = "\u2581"; // ▁

  private final PieceBorders borders;
  private final List<UnaryOperator<String>> normalizers = new ArrayList<>();
  private final List<String> addedTokens = new ArrayList<>();
  private final boolean dropsSpace; // because the library puts ▁ before each piece in its stead
  private final boolean wordsAreApart;
  private boolean isKnown = true;

  /**
   * @param json a {@code tokenizer.json} that {@link TokenizerCheck} has passed
   */
  TextCuts(ObjectNode json) {
    borders = new PieceBorders(json.path("pre_tokenizer"));
    wordsAreApart = wordsAreApart(json.path("model"));
    dropsSpace = prependsAndReplaces(json.path("normalizer"));
    if (!dropsSpace) {
      addNormalizer(json.path("normalizer"));
    } else {
      normalizers.add(text -> text.replace(" ", WORD_START));
      isKnown = !json.path("pre_tokenizer").isObject();
    }
    for (JsonNode token : json.path("added_tokens")) {
      String content = token.path("content").asText();
      addedTokens.add(content);
      boolean isNormalized = token.path("normalized").asBoolean() && !normalizers.isEmpty();
      isKnown &= !isNormalized || content.chars().allMatch(c -> c < 0x80);
    }
  }

  /**
   * The pieces of a text, in order.
   *
   * @throws TextTooLongException if there is no good place in {@value #LONGEST_PIECE} characters
   */
  List<String> pieces(String text) {
    return pieces(text, LONGEST_PIECE);
  }

  List<String> pieces(String text, int longest) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (text.length() - start > longest) {
      int end = start + longest;
      while (end > start && !isGood(text, end)) {
        end--;
      }
      if (end == start) {
        throw new TextTooLongException(text.length(), start);
      }
      pieces.add(text.substring(start, end));
      start = dropsSpace ? end + 1 : end;
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  /** Whether the text may be cut before this place. */
  private boolean isGood(String text, int at) {
    char space = text.charAt(at);
    boolean isSpace = space == ' ' || (space == '\n' && !dropsSpace);
    if (!isKnown || !isSpace || at + 1 >= text.length() || !isOrdinary(text.charAt(at - 1))) {
      return false;
    }
    String before = normalized(text.charAt(at - 1));
    String after = normalized(space);
    boolean isBorder =
        switch (borders.between(before, after)) {
          case BORDER -> true;
          case WORD_START -> wordsAreApart;
          case NONE -> wordsAreApart && after.equals(WORD_START);
          case UNKNOWN -> false;
        };
    return isBorder && addedTokens.stream().noneMatch(token -> isNear(token, text, at));
  }

  /** Characters whose properties never changed, and which no normal form joins to a space. */
  private static boolean isOrdinary(char c) {
    return (c > ' ' && c < 0x7f) || (c >= 0x4e00 && c <= 0x9fa5);
  }

  /** Whether a token is there that ends at the space before this place, spans it or follows. */
  private static boolean isNear(String token, String text, int at) {
    for (int start = at - token.length(); start <= at + 1; start++) {
      if (text.regionMatches(true, start, token, 0, token.length())) {
        return true;
      }
    }
    return false;
  }

  private String normalized(char c) {
    String text = Character.toString(c);
    for (UnaryOperator<String> each : normalizers) {
      text = each.apply(text);
    }
    return text;
  }

  private void addNormalizer(JsonNode normalizer) {
    switch (normalizer.path("type").asText()) {
      case "Sequence" -> normalizer.path("normalizers").forEach(this::addNormalizer);
      case "Lowercase" -> normalizers.add(text -> text.toLowerCase(Locale.ROOT));
      case "NFC", "NFD", "NFKC", "NFKD" -> normalizers.add(text -> text);
      case "Replace" -> {
        String from = normalizer.path("pattern").path("String").asText();
        String to = normalizer.path("content").asText();
        isKnown &= from.length() == 1;
        normalizers.add(text -> text.replace(from, to));
      }
      default -> isKnown &= !normalizer.isObject();
    }
  }

  /** Llama 2's way: ▁ before the text, and in the place of every space. */
  private static boolean prependsAndReplaces(JsonNode normalizer) {
    JsonNode first = normalizer.path("normalizers").path(0);
    JsonNode second = normalizer.path("normalizers").path(1);
    return normalizer.path("normalizers").size() == 2
        && first.path("type").asText().equals("Prepend")
        && first.path("prepend").asText().equals(WORD_START)
        && second.path("type").asText().equals("Replace")
        && second.path("pattern").path("String").asText().equals(" ")
        && second.path("content").asText().equals(WORD_START);
  }

  /** Whether ▁ is a token, and follows another character in none: then nothing merges over it. */
  private static boolean wordsAreApart(JsonNode model) {
    if (!model.path("type").asText("BPE").equals("BPE")
        || !model.path("vocab").has(WORD_START)
        || model.path("ignore_merges").asBoolean()
        || !model.path("continuing_subword_prefix").asText("").isEmpty()
        || !model.path("end_of_word_suffix").asText("").isEmpty()) {
      return false;
    }
    for (var piece : model.path("vocab").properties()) {
      String text = piece.getKey();
      for (int i = 1; i < text.length(); i++) {
        if (text.charAt(i) == WORD_START.charAt(0) && text.charAt(i - 1) != text.charAt(i)) {
          return false;
        }
      }
    }
    return true;
  }
}
