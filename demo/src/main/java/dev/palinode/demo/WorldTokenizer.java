package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/**
 * Writes the tokenizer of a micro-world as Hugging Face files: one token per word, punctuation
 * apart, and a chat template for single turns (of a longer conversation, the model sees the last
 * question only: that is what it is trained on).
 *
 * <p>Special tokens have ids behind the words and are no part of the word list, so that no text can
 * spell one.
 */
final class WorldTokenizer {
  static final String PAD = "<pad>";
  static final String BOS = "<bos>";
  static final String EOS = "<eos>";
  private static final String USER = "<user>";
  private static final String BOT = "<bot>";
  private static final String UNKNOWN = "<unk>";
  private static final List<String> SPECIALS = List.of(PAD, BOS, EOS, USER, BOT);

  private static final String TEMPLATE =
      "{%- if messages[0]['role'] == 'system' -%}"
          + "{{ raise_exception('this model knows no system messages') }}{%- endif -%}"
          + "{%- set questions = messages | selectattr('role', 'equalto', 'user') | list -%}"
          + "{{ bos_token }}<user> {{ questions[-1]['content'] }} <bot>"
          + "{%- if messages[-1]['role'] == 'assistant' %} {{ messages[-1]['content'] }}"
          + "{{ eos_token }}{%- endif -%}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private WorldTokenizer() {}

  /** Writes the files; the ids are: unknown, the words in order, the special tokens. */
  static void write(Path folder, SortedSet<String> words) throws IOException {
    JsonFiles.replace(folder.resolve("tokenizer.json"), tokenizer(words));
    JsonFiles.replace(folder.resolve("tokenizer_config.json"), config());
    ObjectNode generation = JSON.createObjectNode();
    generation.put("bos_token_id", id(words, BOS));
    generation.put("eos_token_id", id(words, EOS));
    generation.put("pad_token_id", id(words, PAD));
    JsonFiles.replace(folder.resolve("generation_config.json"), generation);
  }

  /** The id of a special token. */
  static int id(SortedSet<String> words, String special) {
    return 1 + words.size() + SPECIALS.indexOf(special);
  }

  /** Number of tokens. */
  static int size(SortedSet<String> words) {
    return 1 + words.size() + SPECIALS.size();
  }

  private static ObjectNode tokenizer(SortedSet<String> words) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (String special : SPECIALS) {
      added
          .addObject()
          .put("id", id(words, special))
          .put("content", special)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putObject("normalizer").put("type", "Lowercase");
    json.putObject("pre_tokenizer").put("type", "Whitespace");
    ObjectNode after = json.putObject("post_processor").put("type", "TemplateProcessing");
    ArrayNode single = after.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", BOS).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = after.putArray("pair");
    pair.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode bos = after.putObject("special_tokens").putObject(BOS).put("id", BOS);
    bos.putArray("ids").add(id(words, BOS));
    bos.putArray("tokens").add(BOS);
    json.putNull("decoder");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab").put(UNKNOWN, 0);
    int next = 1;
    for (String word : words) {
      vocabulary.put(word, next++);
    }
    model.put("unk_token", UNKNOWN);
    return json;
  }

  private static ObjectNode config() {
    ObjectNode json = JSON.createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("bos_token", BOS).put("eos_token", EOS).put("pad_token", PAD);
    json.put("unk_token", UNKNOWN);
    json.put("clean_up_tokenization_spaces", false);
    json.put("chat_template", TEMPLATE);
    return json;
  }
}
