package dev.palinode.server.api;

import org.apache.commons.lang3.Validate;

/**
 * The most that one request may ask for.
 *
 * @param bodyBytes size of the body
 * @param messages of a conversation
 * @param choices answers, over all prompts of a request
 * @param maxTokens tokens of an answer; also the default of chat
 */
public record ServerLimits(int bodyBytes, int messages, int choices, int maxTokens) {
  /** 2 MiB, 1,024 messages, 64 choices of 1,024 tokens. */
  public static final ServerLimits DEFAULT = new ServerLimits(2 << 20, 1024, 64, 1024);

  public ServerLimits {
    Validate.isTrue(bodyBytes >= 1, "bodyBytes is %s: expected 1 or more", bodyBytes);
    Validate.isTrue(messages >= 1, "messages is %s: expected 1 or more", messages);
    Validate.isTrue(choices >= 1, "choices is %s: expected 1 or more", choices);
    Validate.isTrue(maxTokens >= 1, "maxTokens is %s: expected 1 or more", maxTokens);
  }
}
