package dev.palinode.chat;

import dev.palinode.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Validate;

/**
 * The plain-text layout of the HH-RLHF data set (Bai et al. 2022), for base models without a chat
 * template:
 *
 * <pre>{@code
 * <s>[system text]
 *
 * Human: first question
 *
 * Assistant: first answer
 *
 * Human: second question
 *
 * Assistant: second answer</s>
 * }</pre>
 *
 * <p>There is a begin-of-text token if the tokenizer starts documents with one. A prompt ends with
 * {@code "Assistant:"} and no space, because vocabularies join a space to the word after it: the
 * answer is {@code " text"} and the end-of-text token, which earlier answers do not have. The names
 * are ordinary text: a message that contains {@code "\n\nHuman:"} looks like two.
 */
public final class TranscriptChatFormat implements ChatFormat {
  private static final String HUMAN = "\n\nHuman:";
  private static final String ASSISTANT = "\n\nAssistant:";

  private final Tokenizer tokenizer;
  private final int endOfText;
  private final int[] begin; // of length 0 or 1
  private final int[] turn; // the ids of ASSISTANT

  /** A format; does not close the tokenizer. */
  public TranscriptChatFormat(Tokenizer tokenizer, int endOfText) {
    this.tokenizer = tokenizer;
    this.endOfText = endOfText;
    int[] empty = tokenizer.encodeDocument("");
    boolean hasBegin = empty.length > 0 && empty[0] != endOfText;
    this.begin = hasBegin ? new int[] {empty[0]} : new int[0];
    this.turn = tokenizer.encodeText(ASSISTANT);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no message, or a system message is not the first
   */
  @Override
  public int[] prompt(List<Message> messages) {
    Validate.isTrue(!messages.isEmpty(), "a conversation needs at least one message");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      switch (message.role()) {
        case SYSTEM -> {
          if (i > 0) {
            throw new IllegalArgumentException(
                "a system message has to be the first of a transcript, not number " + (i + 1));
          }
          text.append(message.content());
        }
        case USER -> text.append(HUMAN).append(' ').append(message.content());
        case ASSISTANT -> text.append(ASSISTANT).append(' ').append(message.content());
      }
    }
    return ArrayUtils.addAll(begin, tokenizer.encodeText(text.append(ASSISTANT).toString()));
  }

  /** {@inheritDoc} An empty answer is the end-of-text token alone. */
  @Override
  public int[] answer(String text) {
    int[] end = {endOfText};
    return text.isEmpty() ? end : ArrayUtils.addAll(encodeAfterTurn(" " + text), end);
  }

  @Override
  public Set<Integer> endOfTurnIds() {
    return Set.of(endOfText);
  }

  /**
   * The ids of a text after {@link #ASSISTANT}. Without that context, a SentencePiece-style
   * tokenizer would add another space before it.
   */
  private int[] encodeAfterTurn(String text) {
    int[] whole = tokenizer.encodeText(ASSISTANT + text);
    boolean isApart =
        whole.length >= turn.length && Arrays.equals(whole, 0, turn.length, turn, 0, turn.length);
    return isApart
        ? Arrays.copyOfRange(whole, turn.length, whole.length)
        : tokenizer.encodeText(text);
  }
}
