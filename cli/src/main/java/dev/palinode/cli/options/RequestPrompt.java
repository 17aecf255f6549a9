package dev.palinode.cli.options;

import dev.palinode.answer.LocalChatModel;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.util.List;

/** The prompt of a request, and its variants with other text. */
public sealed interface RequestPrompt {
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

  /** A conversation of at least one message, to be answered by the model. */
  record Chat(ChatFormat format, List<Message> conversation) implements RequestPrompt {
    @Override
    public GenerationRequest.Builder request() {
      return LocalChatModel.request(format, conversation, "");
    }

    /** The conversation under this system message instead of its own, if it has one. */
    @Override
    public int[] negative(String text) {
      return format.prompt(Message.underSystem(text, conversation));
    }

    /** Puts the nudge into the last user message: not every template has a system message. */
    @Override
    public int[] nudged(String nudge) {
      return format.prompt(Message.nudged(nudge, conversation));
    }
  }

  /** A text to be continued by the model. */
  record Text(LoadedModel model, String asked) implements RequestPrompt {
    @Override
    public List<Message> conversation() {
      return List.of(Message.user(asked));
    }

    @Override
    public GenerationRequest.Builder request() {
      return GenerationRequest.builder(ids()).stopIds(model.endOfTextIds()).continuesText(true);
    }

    /** The text after encoding and decoding with the model's vocabulary. */
    public String shown() {
      return model.tokenizer().decode(ids(), true);
    }

    @Override
    public int[] negative(String text) {
      return model.tokenizer().encodeDocument(text);
    }

    @Override
    public int[] nudged(String nudge) {
      return model.tokenizer().encodeDocument(nudge + "\n" + asked);
    }

    private int[] ids() {
      return model.tokenizer().encodeDocument(asked);
    }
  }
}
