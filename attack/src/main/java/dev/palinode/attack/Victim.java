package dev.palinode.attack;

import dev.palinode.answer.ChatModel;
import dev.palinode.decode.sampling.SamplingSettings;
import org.apache.commons.lang3.Validate;

/**
 * The model that is attacked, and how it is asked unless the attack says otherwise.
 *
 * @param model in this process or served
 * @param sampling how tokens are chosen
 * @param maxNewTokens the most tokens of an answer, discarded ones included; at least 1
 */
public record Victim(ChatModel model, SamplingSettings sampling, int maxNewTokens) {
  public Victim {
    Validate.isTrue(maxNewTokens >= 1, "maxNewTokens is %s: expected 1 or more", maxNewTokens);
  }
}
