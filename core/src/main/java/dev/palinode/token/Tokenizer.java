package dev.palinode.token;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Encodes text to token ids, and decodes ids to text.
 *
 * <p>The ways to encode differ in the treatment of special tokens: {@link #encodeText} is for
 * anything a person wrote, {@link #encodeDocument} for a plain prompt, {@link #encodeMarkup} for
 * text that a trusted template wrote. Implementations are thread-safe.
 */
public interface Tokenizer extends AutoCloseable {
  /** Number of ids, added tokens included; every id is in {@code [0, vocabSize)}. */
  int vocabSize();

  /**
   * Encodes ordinary text. A special token spelled in it stays text; no id in the result {@link
   * #isSpecial}, except the unknown token of vocabularies that have one.
   */
  int[] encodeText(String text);

  /**
   * Encodes ordinary text like {@link #encodeText}, with the tokens that the tokenizer's
   * post-processor adds (begin of text, for most models).
   */
  int[] encodeDocument(String text);

  /** Encodes text and parses special tokens; adds none. Only for trusted text. */
  int[] encodeMarkup(String text);

  /**
   * Encodes a sequence of markup and ordinary text: special tokens are parsed in the markup parts
   * and stay text in the others, also when spelled across two parts. No tokens are added. If no
   * ordinary part spells a special token, the result is that of {@link #encodeMarkup} on the whole.
   */
  int[] encodeParts(List<Part> parts);

  /** The spellings of all special tokens, in the order of their ids. */
  Set<String> specialTokens();

  /**
   * The text of the ids. Ids that are cut inside a UTF-8 character decode to U+FFFD.
   *
   * @param skipSpecialTokens leave special tokens out
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** The id of exactly this token, if the vocabulary has it. */
  OptionalInt idOf(String token);

  /** Whether the id is a special (control) token. */
  boolean isSpecial(int id);

  /** The id of the unknown token, if there is one. */
  OptionalInt unknownId();

  /** Frees native memory; the tokenizer must not be used afterwards. */
  @Override
  void close();

  /**
   * A part of the text for {@link #encodeParts}.
   *
   * @param markup whether special tokens in it are parsed: true only for trusted text
   */
  record Part(String text, boolean markup) {
    /** Trusted text: special tokens in it are parsed. */
    public static Part markup(String text) {
      return new Part(text, true);
    }

    /** Ordinary text: special tokens in it stay text. */
    public static Part text(String text) {
      return new Part(text, false);
    }
  }
}
