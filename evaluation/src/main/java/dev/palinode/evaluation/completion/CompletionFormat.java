package dev.palinode.evaluation.completion;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.token.Tokenizer;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * No format: one message, which the model continues. A message that leaves no room for an answer
 * loses its beginning, as in lm-evaluation-harness.
 */
public final class CompletionFormat implements ChatFormat {
  private final Tokenizer tokenizer;
  private final CompletionTokens tokens;
  private final Set<Integer> endOfText;
  private final List<String> stop;
  private final int room;

  /**
   * A format; does not close the tokenizer.
   *
   * @param endOfText ids that end an answer, at least one
   * @param stop texts that end an answer
   * @param room the most tokens of a message, at least 1
   */
  public CompletionFormat(
      Tokenizer tokenizer, Set<Integer> endOfText, List<String> stop, int room) {
    Validate.isTrue(
        room >= 1,
        "decoding.max_new_tokens is as large as the model's context: nothing can be read");
    Validate.isTrue(!endOfText.isEmpty(), "the model has no end-of-text token");
    this.tokenizer = tokenizer;
    this.tokens = new CompletionTokens(tokenizer, endOfText);
    this.endOfText = Set.copyOf(endOfText);
    this.stop = List.copyOf(stop);
    this.room = room;
  }

  @Override
  public int[] prompt(List<Message> messages) {
    Validate.isTrue(
        messages.size() == 1, "%s messages: plain text is one message", messages.size());
    return tokens.context(messages.get(0).content(), room);
  }

  @Override
  public int[] answer(String text) {
    return ArrayUtils.add(tokenizer.encodeText(text), endOfText.iterator().next());
  }

  @Override
  public List<String> stopTexts() {
    return stop;
  }

  @Override
  public Set<Integer> endOfTurnIds() {
    return endOfText;
  }
}
