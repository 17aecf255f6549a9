package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.io.JsonFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/**
 * The special tokens and chat templates of a model folder's {@code tokenizer_config.json}, with
 * {@code special_tokens_map.json} as the fallback, as in Hugging Face's transformers.
 *
 * @param namedTokens {@code bos_token}, {@code eos_token} and the like, with their spelling
 * @param additionalTokens further special tokens, without names
 * @param chatTemplates the chat templates by name; an only one is called {@code default}
 */
public record TokenizerConfig(
    Map<String, String> namedTokens,
    List<String> additionalTokens,
    Map<String, String> chatTemplates) {
  public static final String FILE = "tokenizer_config.json";
  public static final String SPECIAL_TOKENS_MAP = "special_tokens_map.json";

  /** The name of a folder's only chat template. */
  public static final String DEFAULT_TEMPLATE = "default";

  public TokenizerConfig {
    namedTokens = Collections.unmodifiableMap(new LinkedHashMap<>(namedTokens));
    additionalTokens = List.copyOf(additionalTokens);
    chatTemplates = Collections.unmodifiableMap(new LinkedHashMap<>(chatTemplates));
  }

  /**
   * Reads the files of a model folder; missing files are skipped.
   *
   * @throws java.io.UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if a file is not a JSON object
   */
  public static TokenizerConfig read(Path folder) {
    Map<String, String> named = new LinkedHashMap<>();
    List<String> additional = new ArrayList<>();
    Map<String, String> templates = new LinkedHashMap<>();
    for (String file : List.of(FILE, SPECIAL_TOKENS_MAP)) {
      Path path = folder.resolve(file);
      if (Files.isRegularFile(path)) {
        JsonNode json = JsonFiles.readObject(path);
        addNamed(json, named);
        addAdditional(json.path("additional_special_tokens"), additional);
        addAdditional(json.path("extra_special_tokens"), additional);
        templates.putAll(chatTemplates(path, json.path("chat_template")));
      }
    }
    return new TokenizerConfig(named, additional, templates);
  }

  private static void addNamed(JsonNode json, Map<String, String> named) {
    for (String kind : List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask")) {
      String name = kind + "_token";
      String spelling = spelling(json.path(name));
      if (!spelling.isEmpty()) {
        named.putIfAbsent(name, spelling);
      }
    }
  }

  private static void addAdditional(JsonNode tokens, List<String> additional) {
    // transformers writes a list, or since version 5 also an object from name to token
    for (JsonNode token : tokens) {
      String spelling = spelling(token);
      if (!spelling.isEmpty() && !additional.contains(spelling)) {
        additional.add(spelling);
      }
    }
  }

  /**
   * The templates under a file's key {@code chat_template}: one text, or a list of objects with
   * {@code name} and {@code template}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Map<String, String> chatTemplates(Path file, JsonNode value) {
    if (value.isTextual()) {
      return Map.of(DEFAULT_TEMPLATE, value.textValue());
    }
    Map<String, String> templates = new LinkedHashMap<>();
    boolean isRight = value.isArray() || value.isNull() || value.isMissingNode();
    for (JsonNode named : value) {
      isRight &= named.path("name").isTextual() && named.path("template").isTextual();
      templates.put(named.path("name").asText(), named.path("template").asText());
    }
    Validate.isTrue(
        isRight,
        "%s: chat_template: expected a text, or a list of objects with \"name\" and"
            + " \"template\"",
        file);
    return templates;
  }

  /** A token is written as a string, or as an object with its {@code content}. */
  private static String spelling(JsonNode token) {
    return token.isObject() ? token.path("content").asText("") : token.asText("");
  }
}
