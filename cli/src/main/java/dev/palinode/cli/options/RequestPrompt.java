package dev.palinode.cli.options;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import java.util.List;

/** The prompt of a request, and its variants with other text. */
public interface RequestPrompt {
  /** The conversation before the answer, for guards. */
  List<Message> conversation();

  /**
   * A request with the prompt's tokens and the stop tokens.
   *
   * @throws IllegalArgumentException if the conversation does not fit the model's template
   */
  GenerationRequest.Builder request();

  /** The tokens of a negative prompt. */
  int[] negative(String text);

  /** The tokens of the prompt with a nudge before the request. */
  int[] nudged(String nudge);
}
