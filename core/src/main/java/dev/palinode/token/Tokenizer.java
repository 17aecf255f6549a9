package dev.palinode.token;

import java.util.OptionalInt;

/**
 * Text to token ids and back.
 *
 * <p>The three ways to encode differ in what they make of special tokens, and a caller has to
 * choose: {@link #encodeText} for anything a person wrote, {@link #encodeDocument} for a plain
 * prompt, {@link #encodeMarkup} for text that a trusted template wrote. Implementations are safe
 * for use by several threads.
 */
public interface Tokenizer extends AutoCloseable {
  /** Number of ids, added tokens included; every id is in {@code [0, vocabSize)}. */
  int vocabSize();

  /**
   * Ordinary text. A special token spelled in it stays text; no id in the result {@link
   * #isSpecial}, but for the unknown token of vocabularies that have one.
   */
  int[] encodeText(String text);

  /**
   * Ordinary text as {@link #encodeText} has it, between the tokens that the tokenizer's
   * post-processor adds (begin of text, for most models).
   */
  int[] encodeDocument(String text);

  /** Text in which special tokens are parsed; nothing is added. Only for trusted text. */
  int[] encodeMarkup(String text);

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

  /** Frees native memory; the tokenizer must not be used afterwards. */
  @Override
  void close();
}
