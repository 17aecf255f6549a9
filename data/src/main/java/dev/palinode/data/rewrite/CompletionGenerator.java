package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.text.Sentences;
import java.io.IOException;
import java.util.List;

/** A model that writes answers on from where they stand. */
public interface CompletionGenerator {
  /**
   * An answer to be written on.
   *
   * @param prompt the dialogue before it, instructions included
   * @param opening how it begins; may be empty
   * @param seed of its random numbers
   */
  record Unfinished(List<Message> prompt, String opening, long seed) {
    public Unfinished {
      prompt = List.copyOf(prompt);
    }
  }

  /** Takes texts as they come. */
  @FunctionalInterface
  interface Texts {
    /**
     * Takes the text of one answer; may be called by several threads at once.
     *
     * @param answer its place in the list that was given, from 0
     * @param text what follows its opening, up to the end of the answer; if that did not come
     *     within the most tokens allowed, up to the end of the {@linkplain #wholeSentences last
     *     sentence}; empty where nothing came of it
     */
    void written(int answer, String text);
  }

  /**
   * Everything that decides what is written, beside the answers themselves: model, mode and
   * sampling. Texts that were written under another identity are not used again.
   */
  String identity();

  /**
   * Writes answers on, several together where that is faster.
   *
   * @param texts takes each text, once, as soon as it is there: what has been written by the time
   *     of a failure is not lost with it
   * @throws IOException if the model cannot be reached or does not work; nothing more will come
   */
  void write(List<Unfinished> answers, Texts texts) throws IOException;

  /**
   * Writes answers on and waits for all of them.
   *
   * @return in the order of the answers
   * @throws IOException as {@link #write(List, Texts)}
   */
  default List<String> write(List<Unfinished> answers) throws IOException {
    String[] texts = new String[answers.size()];
    write(answers, (answer, text) -> texts[answer] = text);
    return List.of(texts);
  }

  /** The whole sentences of a text that breaks off; empty if there are none. */
  static String wholeSentences(String text) {
    return text.substring(0, Sentences.lastBegin(text)).stripTrailing();
  }
}
