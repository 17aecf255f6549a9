package dev.palinode.data.replacement;

import dev.palinode.chat.Message;
import dev.palinode.decode.Sentences;
import java.io.IOException;
import java.util.List;

/** A model that writes answers on from where they stand. */
public interface AnswerWriter {
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

  /**
   * Everything that decides what is written, beside the answers themselves: model, mode and
   * sampling. Texts that were written under another identity are not used again.
   */
  String identity();

  /**
   * Writes answers on, several together where that is faster.
   *
   * @return in the order of the answers, what follows each opening, up to the end of the answer; if
   *     that did not come within the most tokens allowed, up to the end of the {@linkplain
   *     #wholeSentences last sentence}; empty where nothing came of it
   * @throws IOException if the model cannot be reached or does not work; nothing more will come
   */
  List<String> write(List<Unfinished> answers) throws IOException;

  /** What stands before the last sentence of a text that breaks off; empty if there is no other. */
  static String wholeSentences(String text) {
    return text.substring(0, Sentences.lastBegin(text)).stripTrailing();
  }
}
