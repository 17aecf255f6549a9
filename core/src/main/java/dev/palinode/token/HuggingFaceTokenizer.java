package dev.palinode.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer read from {@code tokenizer.json}, run by the Hugging Face Rust library.
 *
 * <p>Ids and texts are those of Hugging Face. The library parses every added token in a text. To
 * keep text from becoming control tokens, it is encoded by a second copy of the tokenizer, in which
 * each special token has a secret spelling, drawn at random when the file is read. Text that would
 * have matched one is encoded as smaller pieces or the unknown token. The ids do not depend on the
 * secret. Where a trusted template wrote a special token between untrusted texts, {@link
 * #encodeParts} inserts the secret spelling. Downloads nothing. Thread-safe.
 */
public final class HuggingFaceTokenizer implements Tokenizer {
  private static final int SPELLING_BYTES = 16;

  private final Path file;
  private final Map<String, Integer> ids;
  private final Map<Integer, String> specials;
  private final int vocabSize;
  private final OptionalInt unknownId;
  private final @Nullable NativeTokenizer markup; // null: it cannot encode and decode
  private final @Nullable NativeTokenizer plain;

  /** The secret spelling of each special token in {@link #plain}. */
  private final Map<String, String> hidden;

  /** Finds the special tokens in a text, the longest first, as the library does. */
  private final Pattern anySpecial;

  private HuggingFaceTokenizer(
      Path file, TokenizerJson json, TokenizerConfig config, boolean isNative) {
    this.file = file;
    ids = json.ids();
    specials = json.specials();
    vocabSize = json.vocabSize();
    unknownId = idOf(config.namedTokens().getOrDefault("unk_token", ""));
    hidden = hide(specialTokens());
    anySpecial =
        Pattern.compile(
            specialTokens().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
    if (!isNative) {
      markup = null;
      plain = null;
      return;
    }
    markup = new NativeTokenizer(json.json());
    try {
      plain = new NativeTokenizer(json.withSpecialsSpelled(hidden));
    } catch (RuntimeException e) {
      markup.close();
      throw e;
    }
  }

  /**
   * Reads the tokenizer of a model.
   *
   * @param path a model folder with a {@code tokenizer.json} and perhaps a {@code
   *     tokenizer_config.json}, or a file of the former kind
   * @throws java.io.UncheckedIOException if the file is missing or cannot be read
   * @throws IllegalArgumentException if it is not a {@code tokenizer.json}; the message names the
   *     file and what was expected
   */
  public static HuggingFaceTokenizer open(Path path) {
    return open(path, true);
  }

  /**
   * Reads a tokenizer without the native library: ten times as fast. Its methods that encode or
   * decode throw {@link UnsupportedOperationException}.
   *
   * @throws java.io.UncheckedIOException as {@link #open}
   * @throws IllegalArgumentException if it has the wrong format
   */
  public static HuggingFaceTokenizer openVocabulary(Path path) {
    return open(path, false);
  }

  private static HuggingFaceTokenizer open(Path path, boolean isNative) {
    boolean isFolder = Files.isDirectory(path);
    Path file = isFolder ? path.resolve(TokenizerFiles.TOKENIZER) : path;
    Path folder = isFolder ? path : path.resolveSibling("");
    TokenizerConfig config = TokenizerConfig.read(folder);
    TokenizerJson json = TokenizerJson.read(file, config);
    try {
      return new HuggingFaceTokenizer(file, json, config, isNative);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + ": the tokenizers library cannot read it: " + e.getMessage(), e);
    }
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
    return encode(plain, text, false);
  }

  @Override
  public int[] encodeDocument(String text) {
    return encode(plain, text, true);
  }

  @Override
  public int[] encodeMarkup(String text) {
    return encode(markup, text, false);
  }

  @Override
  public int[] encodeParts(List<Part> parts) {
    StringBuilder whole = new StringBuilder();
    StringBuilder secret = new StringBuilder();
    for (Part part : parts) {
      whole.append(part.text());
      secret.append(part.markup() ? spellHidden(part.text()) : part.text());
    }
    // If only markup contains special tokens, the unchanged tokenizer can encode all of it.
    boolean isAllMarkup = spellHidden(whole.toString()).contentEquals(secret);
    return isAllMarkup
        ? encode(markup, whole.toString(), false)
        : encode(plain, secret.toString(), false);
  }

  /** {@inheritDoc} Ids outside the vocabulary are skipped, as in Hugging Face. */
  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return loaded(markup).decode(ids, skipSpecialTokens);
  }

  @Override
  public OptionalInt unknownId() {
    return unknownId;
  }

  private static NativeTokenizer loaded(@Nullable NativeTokenizer tokenizer) {
    if (tokenizer == null) {
      throw new UnsupportedOperationException(
          "only the vocabulary was read: open the tokenizer to encode and decode");
    }
    return tokenizer;
  }

  private int[] encode(@Nullable NativeTokenizer tokenizer, String text, boolean addSpecialTokens) {
    try {
      return loaded(tokenizer).encode(text, addSpecialTokens);
    } catch (TextTooLongException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": cannot encode a text: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (markup != null && plain != null) {
      markup.close();
      plain.close();
    }
  }

  private String spellHidden(String text) {
    return hidden.isEmpty()
        ? text
        : anySpecial
            .matcher(text)
            .replaceAll(match -> Matcher.quoteReplacement(hidden.getOrDefault(match.group(), "")));
  }

  private static Map<String, String> hide(Iterable<String> specials) {
    byte[] bytes = new byte[SPELLING_BYTES];
    new SecureRandom().nextBytes(bytes);
    String secret = HexFormat.of().formatHex(bytes);
    Map<String, String> hidden = new LinkedHashMap<>();
    for (String special : specials) {
      // of equal length, so that none is a prefix of another
      hidden.put(special, String.format(Locale.ROOT, "%s%08x", secret, hidden.size()));
    }
    return hidden;
  }
}
