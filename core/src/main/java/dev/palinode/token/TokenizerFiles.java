package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * Copies the tokenizer files of a model folder, as Hugging Face's transformers reads them,
 * unchanged or with one added special token.
 *
 * <p>Everything else is kept, including unknown keys. Files are replaced atomically.
 */
public final class TokenizerFiles {
  /** The file that every tokenizer has. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final String ADDED_TOKENS = "added_tokens.json";

  /** It has ids of tokens, such as {@code eos_token_id}. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  /** The chat template file of current transformers. */
  public static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** The chat template file of older processors. */
  public static final String CHAT_TEMPLATE_JSON = "chat_template.json";

  /** The folder of further chat templates, {@code NAME.jinja}. */
  public static final String ADDITIONAL_CHAT_TEMPLATES = "additional_chat_templates";

  /** The files, beside the further chat templates. */
  public static final List<String> NAMES =
      List.of(
          TOKENIZER,
          TokenizerConfig.FILE,
          TokenizerConfig.SPECIAL_TOKENS_MAP,
          ADDED_TOKENS,
          CHAT_TEMPLATE,
          CHAT_TEMPLATE_JSON,
          GENERATION_CONFIG,
          "vocab.json",
          "merges.txt",
          "vocab.txt",
          "tokenizer.model",
          "spiece.model");

  private TokenizerFiles() {}

  /**
   * Copies the existing files unchanged.
   *
   * @param to made if it is not there; may be {@code from} itself
   * @throws UncheckedIOException if a file cannot be read or written
   */
  public static void copy(Path from, Path to) {
    write(from, to, Map.of());
  }

  /**
   * Copies the files and adds the special token {@code token} to the copy. A token of the
   * vocabulary keeps its id and becomes special; any other gets the next free id. Idempotent.
   *
   * @param from a model folder with a {@code tokenizer.json}
   * @param to as in {@link #copy}
   * @param token the spelling, {@code [RESET]} for example; not blank
   * @return the id of the token
   * @throws UncheckedIOException if a file cannot be read or written
   * @throws IllegalArgumentException if the token is blank or a file has the wrong format
   */
  public static int copyWithSpecialToken(Path from, Path to, String token) {
    Validate.isTrue(!token.isBlank(), "a special token must not be blank, e.g. \"[RESET]\"");
    TokenizerJson before =
        TokenizerJson.read(
            from.resolve(TOKENIZER), new TokenizerConfig(Map.of(), List.of(), Map.of()));
    Integer known = before.ids().get(token);
    int id = known == null ? before.vocabSize() : known;
    if (before.specials().containsKey(id)) {
      copy(from, to);
      return id;
    }
    ObjectNode tokenizer = JsonFiles.readObject(from.resolve(TOKENIZER));
    TokenizerJson.addSpecial(tokenizer, token, id);
    checkId(from, tokenizer, token, id);
    Map<String, String> changed = new LinkedHashMap<>();
    changed.put(TOKENIZER, JsonFiles.write(tokenizer));
    change(from, TokenizerConfig.FILE, changed, it -> addToConfig(it, tokenizer, token, id));
    change(from, TokenizerConfig.SPECIAL_TOKENS_MAP, changed, it -> addAdditional(it, token));
    change(from, ADDED_TOKENS, changed, it -> it.put(token, id));
    write(from, to, changed);
    return id;
  }

  private static void change(
      Path from, String name, Map<String, String> changed, Consumer<ObjectNode> change) {
    if (Files.isRegularFile(from.resolve(name))) {
      ObjectNode json = JsonFiles.readObject(from.resolve(name));
      change.accept(json);
      changed.put(name, JsonFiles.write(json));
    }
  }

  /**
   * Checks that the library gives an added token the id in the file. It numbers added tokens that
   * are not in the vocabulary itself, which differs if the ids have gaps.
   */
  private static void checkId(Path from, ObjectNode json, String token, int id) {
    try (NativeTokenizer tokenizer = new NativeTokenizer(json)) {
      int[] ids = tokenizer.encode(token, false);
      Validate.isTrue(
          ids.length > 0 && ids[ids.length - 1] == id,
          "%s: cannot add %s: expected it to get id %s, but the tokenizers library gives %s",
          from.resolve(TOKENIZER),
          token,
          id,
          Arrays.toString(ids));
    }
  }

  private static void addToConfig(ObjectNode config, ObjectNode tokenizer, String token, int id) {
    if (config.path("added_tokens_decoder") instanceof ObjectNode decoder) {
      for (JsonNode entry : tokenizer.path("added_tokens")) {
        if (entry.path("id").asInt() == id) {
          decoder.set(Integer.toString(id), ((ObjectNode) entry.deepCopy()).without("id"));
        }
      }
    }
    addAdditional(config, token);
  }

  /** Adds to the list of additional tokens; transformers 5 renamed it. */
  private static void addAdditional(ObjectNode json, String token) {
    String key =
        json.path("extra_special_tokens").isArray()
            ? "extra_special_tokens"
            : "additional_special_tokens";
    ArrayNode tokens = json.withArray(key);
    for (JsonNode known : tokens) {
      if (known.asText().equals(token) || known.path("content").asText().equals(token)) {
        return;
      }
    }
    tokens.add(token);
  }

  private static void write(Path from, Path to, Map<String, String> changed) {
    try {
      Files.createDirectories(to);
      boolean inPlace = Files.isSameFile(from, to);
      for (String name :
          Stream.concat(NAMES.stream(), additionalTemplates(from).stream()).toList()) {
        String text = changed.get(name);
        if (text != null) {
          AtomicFile.replace(to.resolve(name), text);
        } else if (!inPlace && Files.isRegularFile(from.resolve(name))) {
          Files.createDirectories(to.resolve(name).getParent());
          AtomicFile.copy(from.resolve(name), to.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot carry the tokenizer of " + from + " to " + to + ": " + e.getMessage(), e);
    }
  }

  /**
   * The further chat templates of a folder, as {@code additional_chat_templates/NAME.jinja},
   * sorted.
   *
   * @throws UncheckedIOException if the folder cannot be read
   */
  public static List<String> additionalTemplates(Path from) {
    Path folder = from.resolve(ADDITIONAL_CHAT_TEMPLATES);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> ADDITIONAL_CHAT_TEMPLATES + "/" + file.getFileName())
          .filter(name -> name.endsWith(".jinja"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
