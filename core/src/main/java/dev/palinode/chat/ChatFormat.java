package dev.palinode.chat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;

/**
 * Converts a conversation of {@link Message}s to the token ids of one model. The decoding loop and
 * the trainer work on ids only.
 *
 * <p>Implementations guarantee that message content never turns into a special token. They are
 * immutable and safe for use by several threads.
 */
public interface ChatFormat {
  /**
   * The token ids of the conversation so far, with a begin-of-text token if the format has one, up
   * to and including the header that opens the assistant's next turn.
   *
   * @param messages at least one; the last is usually the user's
   * @throws IllegalArgumentException if the format refuses the conversation, for example because a
   *     template demands alternating roles
   */
  int[] prompt(List<Message> messages);

  /**
   * The token ids of the assistant's answer after {@link #prompt}: its text, encoded apart from the
   * prompt, as a model would have generated it, and one of {@link #endOfTurnIds()}.
   */
  int[] answer(String text);

  /** The token ids of an {@link #answer} that is not over: without the one that ends it. */
  default int[] opening(String text) {
    int[] answer = answer(text);
    return Arrays.copyOf(answer, answer.length - 1);
  }

  /** The prompt, and how the answer begins, which is given to the model; may be empty. */
  default int[] prompt(List<Message> conversation, String opening) {
    int[] prompt = prompt(conversation);
    return opening.isEmpty() ? prompt : ArrayUtils.addAll(prompt, opening(opening));
  }

  /**
   * Texts that end a generated answer and are not part of it, such as the begin of the user's next
   * turn where turns are ordinary text; usually none.
   */
  default List<String> stopTexts() {
    return List.of();
  }

  /** The token ids that end a generated answer; never empty. */
  Set<Integer> endOfTurnIds();
}
