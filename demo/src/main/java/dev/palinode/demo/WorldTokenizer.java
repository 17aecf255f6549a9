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
 * The tokenizer of a micro-world, as Hugging Face files: one token per word, punctuation apart, and
 * a chat template for single turns (of a longer conversation, the model sees the last question
 * only: that is what it is trained on).
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
  private static final String SYSTEM = "<sys>";
  private static final String UNKNOWN = "<unk>";

  private static final String LAST_QUESTION =
      "{%- set questions = messages | selectattr('role', 'equalto', 'user') | list -%}";

  private static final String NO_SYSTEM =
      "{%- if messages[0]['role'] == 'system' -%}"
          + "{{ raise_exception('this model knows no system messages') }}{%- endif -%}"
          + "{{ bos_token }}";

  private static final String TURN =
      "<user> {{ questions[-1]['content'] }} <bot>"
          + "{%- if messages[-1]['role'] == 'assistant' %} {{ messages[-1]['content'] }}"
          + "{{ eos_token }}{%- endif -%}";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SortedSet<String> words;
  private final List<String> specials;
  private final String template;

  private WorldTokenizer(SortedSet<String> words, List<String> specials, String template) {
    this.words = words;
    this.specials = specials;
    this.template = template;
  }

  /** Of a world in which there are questions and answers only. */
  static WorldTokenizer withoutSystem(SortedSet<String> words) {
    return new WorldTokenizer(
        words, List.of(PAD, BOS, EOS, USER, BOT), LAST_QUESTION + NO_SYSTEM + TURN);
  }

  /**
   * Of a world in which a system message stands before each question.
   *
   * @param otherwise the system message of a conversation that has none
   */
  static WorldTokenizer withSystem(SortedSet<String> words, String otherwise) {
    String system =
        "{{ bos_token }}<sys> {% if messages[0]['role'] == 'system' -%}"
            + "{{ messages[0]['content'] }}{%- else -%}"
            + otherwise
            + "{%- endif %} ";
    return new WorldTokenizer(
        words, List.of(PAD, BOS, EOS, USER, BOT, SYSTEM), LAST_QUESTION + system + TURN);
  }

  /** Writes the files; the ids are: unknown, the words in order, the special tokens. */
  void write(Path folder) throws IOException {
    JsonFiles.replace(folder.resolve("tokenizer.json"), tokenizer());
    JsonFiles.replace(folder.resolve("tokenizer_config.json"), config());
    ObjectNode generation = JSON.createObjectNode();
    generation.put("bos_token_id", id(BOS));
    generation.put("eos_token_id", id(EOS));
    generation.put("pad_token_id", id(PAD));
    JsonFiles.replace(folder.resolve("generation_config.json"), generation);
  }

  /** The id of a special token. */
  int id(String special) {
    return 1 + words.size() + specials.indexOf(special);
  }

  /** Number of tokens. */
  int size() {
    return 1 + words.size() + specials.size();
  }

  private ObjectNode tokenizer() {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (String special : specials) {
      added
          .addObject()
          .put("id", id(special))
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
    bos.putArray("ids").add(id(BOS));
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

  private ObjectNode config() {
    ObjectNode json = JSON.createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("bos_token", BOS).put("eos_token", EOS).put("pad_token", PAD);
    json.put("unk_token", UNKNOWN);
    json.put("clean_up_tokenization_spaces", false);
    json.put("chat_template", template);
    return json;
  }
}
