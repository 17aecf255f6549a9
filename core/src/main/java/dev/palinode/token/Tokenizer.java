package dev.palinode.token;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Encodes text to token ids, and decodes ids to text.
 *
 * <p>The three ways to encode differ in the treatment of special tokens, and a caller has to
 * choose: {@link #encodeText} for anything a person wrote, {@link #encodeDocument} for a plain
 * prompt, {@link #encodeMarkup} for text that a trusted template wrote. Implementations are safe
 * for use by several threads.
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
   * and stay text in the others, also when spelled across two parts. No tokens are added.
   *
   * <p>An implementation encodes the parts as one text where it can, so that the result is that of
   * {@link #encodeMarkup} on the whole when no ordinary part spells a special token. This default
   * encodes each part alone, which is right for tokenizers that never merge across parts.
   */
  default int[] encodeParts(List<Part> parts) {
    return parts.stream()
        .map(part -> part.markup() ? encodeMarkup(part.text()) : encodeText(part.text()))
        .flatMapToInt(IntStream::of)
        .toArray();
  }

  /** The spellings of all special tokens, in the order of their ids. */
  default Set<String> specialTokens() {
    Set<String> tokens = new LinkedHashSet<>();
    for (int id = 0; id < vocabSize(); id++) {
      if (isSpecial(id)) {
        tokens.add(decode(new int[] {id}, false));
      }
    }
    return Collections.unmodifiableSet(tokens);
  }

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
  default OptionalInt unknownId() {
    return OptionalInt.empty();
  }

  /** Frees native memory; the tokenizer must not be used afterwards. */
  @Override
  void close();

  /**
   * A part of the text for {@link #encodeParts}.
   *
   * @param text the text
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
