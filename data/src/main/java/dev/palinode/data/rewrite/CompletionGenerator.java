package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.text.Sentences;
import java.io.IOException;
import java.util.List;
import java.util.function.ObjIntConsumer;

/** A model that continues partial answers. */
public interface CompletionGenerator {
  /**
   * A partial answer to be continued.
   *
   * @param prompt the dialogue before the answer, including instructions
   * @param opening the beginning of the answer; may be empty
   */
  record Unfinished(List<Message> prompt, String opening, long seed) {
    public Unfinished {
      prompt = List.copyOf(prompt);
    }
  }

  /**
   * Everything other than the answers that texts depend on: model, mode and sampling. Cached texts
   * of another identity are not used.
   */
  String identity();

  /**
   * Continues answers, several at once where this is faster.
   *
   * @param texts receives each text once, with the index of its answer, as soon as it is complete,
   *     so that a later failure does not lose it; may be called by several threads at once. A text
   *     continues its opening up to the end of the answer, or up to the end of the {@linkplain
   *     #wholeSentences last complete sentence} if the token limit was reached; empty if it failed
   * @throws IOException if the model cannot be reached or does not work; no more texts follow
   */
  void write(List<Unfinished> answers, ObjIntConsumer<String> texts) throws IOException;

  /**
   * Continues answers as {@link #write(List, ObjIntConsumer)}, and returns the texts in their
   * order.
   */
  default List<String> write(List<Unfinished> answers) throws IOException {
    String[] texts = new String[answers.size()];
    write(answers, (text, answer) -> texts[answer] = text);
    return List.of(texts);
  }

  /** The complete sentences of a truncated text; empty if there are none. */
  static String wholeSentences(String text) {
    return text.substring(0, Sentences.lastBegin(text)).stripTrailing();
  }
}
