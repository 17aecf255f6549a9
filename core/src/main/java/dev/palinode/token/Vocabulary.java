package dev.palinode.token;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens of a tokenizer and their ids, read without the native library. It opens ten times as
 * fast as {@link HuggingFaceTokenizer}, for uses that need no encoding.
 *
 * <p>Methods that encode or decode throw {@link UnsupportedOperationException}.
 */
public class Vocabulary implements Tokenizer {
  private final Map<String, Integer> ids;
  private final Map<Integer, String> specials;
  private final int vocabSize;

  Vocabulary(TokenizerJson json) {
    ids = json.ids();
    specials = json.specials();
    vocabSize = json.vocabSize();
  }

  /**
   * Reads the vocabulary of a model folder.
   *
   * @throws java.io.UncheckedIOException if there is no {@code tokenizer.json}, or it cannot be
   *     read
   * @throws IllegalArgumentException if it has the wrong format
   */
  public static Vocabulary open(Path folder) {
    return new Vocabulary(
        TokenizerJson.read(folder.resolve(TokenizerFiles.TOKENIZER), TokenizerConfig.read(folder)));
  }

  /** Number of ids that have a token: less than {@link #vocabSize} if there are gaps. */
  public int size() {
    return new HashSet<>(ids.values()).size();
  }

  /** The token of an id, as the vocabulary spells it. */
  public Optional<String> tokenOf(int id) {
    return ids.entrySet().stream()
        .filter(token -> token.getValue() == id)
        .map(Map.Entry::getKey)
        .reduce((first, last) -> last);
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public OptionalInt idOf(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return specials.containsKey(id);
  }

  @Override
  public Set<String> specialTokens() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(specials.values()));
  }

  @Override
  public int[] encodeText(String text) {
    throw cannot("encode");
  }

  @Override
  public int[] encodeDocument(String text) {
    throw cannot("encode");
  }

  @Override
  public int[] encodeMarkup(String text) {
    throw cannot("encode");
  }

  @Override
  public int[] encodeParts(List<Part> parts) {
    throw cannot("encode");
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    throw cannot("decode");
  }

  private static UnsupportedOperationException cannot(String what) {
    return new UnsupportedOperationException(
        "a vocabulary cannot " + what + ": open a HuggingFaceTokenizer");
  }

  @Override
  public void close() {
    // Nothing native is held.
  }
}
