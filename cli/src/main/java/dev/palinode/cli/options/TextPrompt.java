package dev.palinode.cli.options;

import dev.palinode.chat.Message;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.util.List;

/** A text to be continued by the model. */
public record TextPrompt(LoadedModel model, String asked) implements RequestPrompt {
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
