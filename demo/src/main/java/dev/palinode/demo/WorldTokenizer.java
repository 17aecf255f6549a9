package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The tokenizer of a micro-world, as Hugging Face files: one token per word or punctuation mark,
 * and the world's chat template for single turns.
 *
 * <p>Special tokens have ids after the words and are not in the word list, so that no text can
 * spell one.
 */
public final class WorldTokenizer {
  public static final String EOS = "<eos>";
  static final String PAD = "<pad>";
  static final String BOS = "<bos>";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> words;
  private final List<String> specials = new ArrayList<>(List.of(PAD, BOS, EOS, "<user>", "<bot>"));
  private final Class<?> world;

  /**
   * @param world class whose package has the chat template
   * @param texts with all words of the world
   * @param knowsSystem whether conversations have a system message
   */
  public WorldTokenizer(Class<?> world, Stream<String> texts, boolean knowsSystem) {
    this.world = world;
    TreeSet<String> sorted = new TreeSet<>();
    texts.forEach(text -> sorted.addAll(Arrays.asList(text.split(" "))));
    this.words = List.copyOf(sorted);
    if (knowsSystem) {
      specials.add("<sys>");
    }
  }

  /** Writes the files; the ids are: unknown, the words in order, the special tokens. */
  public void write(Path folder) throws IOException {
    JsonFiles.replace(folder.resolve("tokenizer.json"), tokenizer());
    ObjectNode config = template("tokenizer_config.json");
    String chat = WorldFiles.text(world, "chat_template.jinja").strip();
    JsonFiles.replace(folder.resolve("tokenizer_config.json"), config.put("chat_template", chat));
    ObjectNode generation = JSON.createObjectNode().put("bos_token_id", id(BOS));
    JsonFiles.replace(
        folder.resolve("generation_config.json"),
        generation.put("eos_token_id", id(EOS)).put("pad_token_id", id(PAD)));
  }

  /** The id of a special token. */
  public int id(String special) {
    return 1 + words.size() + specials.indexOf(special);
  }

  /** Number of tokens. */
  public int size() {
    return 1 + words.size() + specials.size();
  }

  private ObjectNode tokenizer() throws IOException {
    ObjectNode json = template("tokenizer.json");
    ArrayNode added = json.withArray("added_tokens");
    for (String special : specials) {
      ObjectNode token = added.addObject().put("id", id(special)).put("content", special);
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", true);
    }
    ((ArrayNode) json.at("/post_processor/special_tokens/<bos>/ids")).add(id(BOS));
    ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
    words.forEach(word -> vocabulary.put(word, vocabulary.size()));
    return json;
  }

  private static ObjectNode template(String name) throws IOException {
    return (ObjectNode) JSON.readTree(WorldFiles.text(WorldTokenizer.class, name));
  }
}
