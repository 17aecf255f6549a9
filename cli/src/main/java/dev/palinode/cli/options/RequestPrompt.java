package dev.palinode.cli.options;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import java.util.List;

/** The prompt of a request, and how the same is laid out with other text around it. */
public interface RequestPrompt {
  /** The conversation before the answer, which guards judge with it. */
  List<Message> conversation();

  /**
   * A request with the prompt's tokens, and those that end an answer.
   *
   * @throws IllegalArgumentException if the conversation does not fit the model's template
   */
  GenerationRequest.Builder request();

  /** The tokens of a negative prompt. */
  int[] negative(String text);

  /** The tokens of the prompt with a text put before the request. */
  int[] nudged(String nudge);
}
