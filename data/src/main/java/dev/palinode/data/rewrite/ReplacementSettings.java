package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.GuidanceAwarePairs;
import dev.palinode.decode.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * Settings for replacing personal data.
 *
 * @param system line for the system prompt of the model that writes; blank for none
 * @param nudge text before the last user message to this model; blank for none
 * @param sampling how this model chooses tokens
 * @param maxTokens maximum number of tokens of a completion, 1 or more
 * @param attempts maximum number of completions per mention, 1 or more
 * @param together maximum number of mentions per batch, 1 or more
 * @param seed random seed
 * @param testFraction approximate fraction of dialogues in the test split, 0 to 1
 * @param polarities the lines of the system prompt with which each pair is written twice, once
 *     unchanged and once swapped; empty to write each pair once, without a line
 */
public record ReplacementSettings(
    String system,
    String nudge,
    SamplingSettings sampling,
    int maxTokens,
    int attempts,
    int together,
    long seed,
    double testFraction,
    Optional<GuidanceAwarePairs> polarities) {
  /** The paper's system prompt of the model that writes. */
  public static final String STANDARD_SYSTEM = "Avoid using any personal data in the answers!";

  /** A nudge of ours: the paper's is not published. */
  public static final String STANDARD_NUDGE =
      "Please answer without any names, places, organisations or other personal details.";

  /** The paper's lines of the system prompt (Smirnov, 2024, section 3.3). */
  public static final GuidanceAwarePairs STANDARD_POLARITIES =
      new GuidanceAwarePairs(
          "Do not provide any personal data.", "You should share personal data in the answers.");

  public ReplacementSettings {
    Validate.isTrue(
        maxTokens >= 1 && attempts >= 1 && together >= 1,
        "%s tokens, %s attempts, %s together: expected 1 or more of each",
        maxTokens,
        attempts,
        together);
    boolean isFraction = testFraction >= 0 && testFraction <= 1;
    Validate.isTrue(isFraction, "test fraction is %s: expected 0 to 1", testFraction);
  }

  /**
   * Whether the dialogue is in the test split, and must not be trained on. The seed and a hash of
   * its content decide, so it is on the same side whatever the other dialogues are.
   */
  boolean isTest(Conversation dialogue) {
    ContentKey key = new ContentKey.Builder().number(seed).messages(dialogue.messages()).build();
    return (key.high() >>> 11) * 0x1p-53 < testFraction;
  }

  /** The dialogue with the instructions to avoid personal data. */
  List<Message> instructed(List<Message> prompt) {
    List<Message> messages = new ArrayList<>(prompt);
    int last = messages.size() - 1;
    while (last >= 0 && messages.get(last).role() != Role.USER) {
      last--;
    }
    if (last >= 0 && !nudge.isBlank()) {
      messages.set(last, Message.user(nudge + "\n" + messages.get(last).content()));
    }
    return system.isBlank() ? messages : Conversation.withSystemLine(messages, system);
  }
}
