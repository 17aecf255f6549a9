package dev.palinode.cli;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import java.util.List;

/** What a request asks, and how the same is laid out with other words around it. */
interface RequestPrompt {
  /** All that was said before the answer, which guards judge with it. */
  List<Message> conversation();

  /**
   * A request with the prompt's tokens, and those that end an answer.
   *
   * @throws IllegalArgumentException if the conversation does not fit the model's template
   */
  GenerationRequest.Builder request();

  /** The tokens of the prompt to be pushed away from. */
  int[] negative(String text);

  /** The tokens of the prompt with words put before the request. */
  int[] nudged(String nudge);
}
