package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.Conversation;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer truncated at a mention of personal data.
 *
 * @param prompt the dialogue before the answer
 * @param opening the answer up to the mention, without trailing white space; empty if the answer
 *     begins with the mention
 * @param rest the remaining answer, with its leading white space
 * @param type type of the personal data
 */
public record TruncatedAnswer(
    List<Message> prompt, String opening, String rest, PersonalData.Type type) {
  public TruncatedAnswer {
    prompt = List.copyOf(prompt);
  }

  /** One truncated answer per mention in each answer to a user message, in order. */
  public static List<TruncatedAnswer> of(Conversation dialogue, PersonalDataFinder finder) {
    List<Message> messages = dialogue.messages();
    List<TruncatedAnswer> cuts = new ArrayList<>();
    for (int i = 1; i < messages.size(); i++) {
      Message message = messages.get(i);
      if (message.role() == Role.ASSISTANT && messages.get(i - 1).role() == Role.USER) {
        List<Message> prompt = messages.subList(0, i);
        finder
            .find(message.content(), true)
            .forEach(mention -> cuts.add(at(mention, prompt, message.content())));
      }
    }
    return cuts;
  }

  private static TruncatedAnswer at(PersonalData mention, List<Message> prompt, String answer) {
    String opening = answer.substring(0, mention.start()).stripTrailing();
    return new TruncatedAnswer(prompt, opening, answer.substring(opening.length()), mention.type());
  }
}
