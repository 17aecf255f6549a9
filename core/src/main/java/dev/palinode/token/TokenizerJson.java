package dev.palinode.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.lang3.Validate;

/**
 * The vocabulary and special tokens of a {@code tokenizer.json}. Supports BPE, Unigram, WordLevel
 * and WordPiece.
 *
 * @param json the whole file, without truncation and padding; not to be changed
 * @param ids of all tokens, added tokens included
 * @param specials the special tokens by id, ascending
 */
record TokenizerJson(ObjectNode json, Map<String, Integer> ids, Map<Integer, String> specials) {
  TokenizerJson {
    ids = Collections.unmodifiableMap(ids);
    specials = Collections.unmodifiableMap(specials);
  }

  /**
   * Reads a file. Tokens that the configuration names as special become special, as in
   * transformers.
   *
   * @throws java.io.UncheckedIOException if the file is missing or cannot be read
   * @throws IllegalArgumentException if it is not a {@code tokenizer.json}
   */
  static TokenizerJson read(Path file, TokenizerConfig config) {
    ObjectNode json = JsonFiles.readObject(file);
    // A saved truncation would silently shorten texts.
    json.putNull("truncation");
    json.putNull("padding");
    Map<String, Integer> ids = vocabulary(json, file);
    Map<Integer, String> specials = new TreeMap<>();
    Validate.isTrue(
        !json.has("added_tokens") || json.path("added_tokens").isArray(),
        "%s: expected added_tokens to be a list, found %s",
        file,
        json.path("added_tokens"));
    for (JsonNode token : json.withArray("added_tokens")) {
      String content = token.path("content").asText();
      int id = token.path("id").asInt(-1);
      Validate.isTrue(
          !content.isEmpty() && id >= 0,
          "%s: expected content and id in every entry of added_tokens, found %s",
          file,
          token);
      ids.put(content, id);
      if (token.path("special").asBoolean()) {
        specials.put(id, content);
      }
    }
    Set<String> named = new LinkedHashSet<>(config.namedTokens().values());
    named.addAll(config.additionalTokens());
    for (String content : named) {
      Integer id = ids.get(content);
      if (id != null && !specials.containsKey(id)) {
        addSpecial(json, content, id);
        specials.put(id, content);
      }
    }
    return new TokenizerJson(json, ids, specials);
  }

  /** Marks a token as special: its entry in {@code added_tokens}, or a new one. */
  static void addSpecial(ObjectNode json, String content, int id) {
    ArrayNode added = json.withArray("added_tokens");
    for (JsonNode token : added) {
      if (token.path("content").asText().equals(content)) {
        ((ObjectNode) token).put("special", true);
        return;
      }
    }
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
  }

  int vocabSize() {
    return ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
  }

  /**
   * The same tokenizer with every special token spelled differently, wherever the model or the
   * added tokens name it; ids stay. Merges that build the old spelling out of ordinary text go.
   *
   * @param spelling from each special token to its new spelling
   */
  ObjectNode withSpecialsSpelled(Map<String, String> spelling) {
    Function<String, String> rename = token -> spelling.getOrDefault(token, token);
    ObjectNode copy = json.deepCopy();
    for (JsonNode token : copy.withArray("added_tokens")) {
      String content = token.path("content").asText();
      if (spelling.containsKey(content)) {
        // Matched literally, without normalization or word boundaries.
        ((ObjectNode) token)
            .put("content", rename.apply(content))
            .put("normalized", false)
            .put("single_word", false);
      }
    }
    ObjectNode model = (ObjectNode) copy.path("model");
    if (model.path("unk_token").isTextual()) {
      model.put("unk_token", rename.apply(model.path("unk_token").asText()));
    }
    if (model.path("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        ((ArrayNode) piece).set(0, rename.apply(piece.path(0).asText()));
      }
    } else {
      ObjectNode renamed = copy.objectNode();
      for (Map.Entry<String, JsonNode> entry : model.path("vocab").properties()) {
        renamed.set(rename.apply(entry.getKey()), entry.getValue());
      }
      model.set("vocab", renamed);
    }
    if (model.path("merges") instanceof ArrayNode merges) {
      dropMerges(merges, spelling.keySet());
    }
    return copy;
  }

  private static void dropMerges(ArrayNode merges, Set<String> specials) {
    for (int i = merges.size() - 1; i >= 0; i--) {
      JsonNode merge = merges.get(i);
      List<String> pair =
          merge.isTextual()
              ? List.of(merge.asText().split(" ", 2))
              : List.of(merge.path(0).asText(), merge.path(1).asText());
      if (specials.contains(String.join("", pair)) || pair.stream().anyMatch(specials::contains)) {
        merges.remove(i);
      }
    }
  }

  private static Map<String, Integer> vocabulary(ObjectNode json, Path file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    JsonNode vocab = json.path("model").path("vocab");
    if (vocab.isArray()) { // Unigram: [piece, score], the id is the position
      for (int i = 0; i < vocab.size(); i++) {
        ids.put(vocab.path(i).path(0).asText(), i);
      }
    } else if (vocab.isObject()) {
      vocab.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    } else {
      throw new IllegalArgumentException(
          file + ": expected a tokenizer.json, but it has no model with a vocab");
    }
    return ids;
  }
}
