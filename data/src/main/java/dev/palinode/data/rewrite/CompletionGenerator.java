package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.text.Sentences;
import java.io.IOException;
import java.util.List;

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

  /** Consumer of texts as they are completed. */
  @FunctionalInterface
  interface Texts {
    /**
     * Receives the text of one answer; may be called by several threads at once.
     *
     * @param answer index of the answer in the given list, from 0
     * @param text the continuation of its opening, up to the end of the answer, or up to the end of
     *     the {@linkplain #wholeSentences last complete sentence} if the token limit was reached;
     *     empty if it failed
     */
    void written(int answer, String text);
  }

  /**
   * Everything other than the answers that texts depend on: model, mode and sampling. Cached texts
   * of another identity are not used.
   */
  String identity();

  /**
   * Continues answers, several at once where this is faster.
   *
   * @param texts receives each text once, as soon as it is complete, so that a later failure does
   *     not lose it
   * @throws IOException if the model cannot be reached or does not work; no more texts follow
   */
  void write(List<Unfinished> answers, Texts texts) throws IOException;

  /** Continues answers as {@link #write(List, Texts)}, and returns the texts in their order. */
  default List<String> write(List<Unfinished> answers) throws IOException {
    String[] texts = new String[answers.size()];
    write(answers, (answer, text) -> texts[answer] = text);
    return List.of(texts);
  }

  /** The complete sentences of a truncated text; empty if there are none. */
  static String wholeSentences(String text) {
    return text.substring(0, Sentences.lastBegin(text)).stripTrailing();
  }
}
