package dev.palinode.chat;

import java.util.List;
import java.util.Set;

/**
 * How a conversation is laid out as token ids for one model: the bridge between {@link Message}s
 * and the decoding loop or the trainer, which know ids only.
 *
 * <p>Implementations guarantee that message content never turns into a special token. They are
 * immutable and safe for use by several threads.
 */
public interface ChatFormat {
  /**
   * The conversation so far, up to and including the header that opens the assistant's next turn.
   *
   * @param messages at least one; the last one is usually the user's
   * @return token ids, begin-of-text token included where the model has one
   * @throws IllegalArgumentException if the format refuses the conversation (a template that
   *     demands alternating roles, for example); the message says why
   */
  int[] prompt(List<Message> messages);

  /**
   * The assistant's answer as it stands after {@link #prompt}: its text and the token that ends the
   * turn, encoded apart from the prompt, exactly as a model would have generated it.
   *
   * @return token ids; the last one is in {@link #endOfTurnIds()}
   */
  int[] answer(String text);

  /** The ids at which a generated answer ends; never empty. */
  Set<Integer> endOfTurnIds();
}
