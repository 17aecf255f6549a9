package dev.palinode.data.format;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.DropReason;
import dev.palinode.data.PreferencePair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two whole conversations, one preferred, which a preference file gives where a prompt and two
 * answers are wanted.
 *
 * @param chosen the preferred conversation
 * @param rejected the other one
 */
record ConversationPair(List<Message> chosen, List<Message> rejected) {
  ConversationPair {
    chosen = List.copyOf(chosen);
    rejected = List.copyOf(rejected);
  }

  /** The first reason that makes this pair useless, in the order of the checks; null if none. */
  @Nullable DropReason dropReason() {
    if (!opensWithUser(chosen) || !opensWithUser(rejected)) {
      return DropReason.NOT_A_TRANSCRIPT;
    }
    if (last(chosen).role() != Role.ASSISTANT || last(rejected).role() != Role.ASSISTANT) {
      return DropReason.ENDS_WITHOUT_ANSWER;
    }
    if (!prompt(chosen).equals(prompt(rejected))) {
      return DropReason.PROMPTS_DIFFER;
    }
    if (!alternates(chosen)) {
      return DropReason.TURNS_DO_NOT_ALTERNATE;
    }
    if (hasEmptyTurn(chosen) || hasEmptyTurn(rejected)) {
      return DropReason.EMPTY_TURN;
    }
    return chosen.equals(rejected) ? DropReason.SAME_ANSWER : null;
  }

  /**
   * The common prompt and the two last turns; only for a pair without a {@link #dropReason}.
   *
   * @throws IllegalArgumentException for others
   */
  PreferencePair toPreferencePair() {
    return new PreferencePair(prompt(chosen), last(chosen).content(), last(rejected).content());
  }

  private static boolean opensWithUser(List<Message> conversation) {
    return !conversation.isEmpty() && conversation.get(0).role() == Role.USER;
  }

  private static boolean alternates(List<Message> conversation) {
    for (int i = 1; i < conversation.size(); i++) {
      if (conversation.get(i).role() == conversation.get(i - 1).role()) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasEmptyTurn(List<Message> conversation) {
    return conversation.stream().anyMatch(message -> message.content().isBlank());
  }

  private static List<Message> prompt(List<Message> conversation) {
    return conversation.subList(0, conversation.size() - 1);
  }

  private static Message last(List<Message> conversation) {
    return conversation.get(conversation.size() - 1);
  }
}
