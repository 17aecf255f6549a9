package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Makes guidance-aware pairs, which prepare a model for classifier-free guidance: each example is
 * used twice, under a positive line of the system prompt, and under a negative line with chosen and
 * rejected answer swapped (Smirnov, 2024: pairs for the positive and the negative branch).
 *
 * @param positive line of the system prompt for unchanged examples
 * @param negative line of the system prompt for swapped answers; utility answers are unchanged
 */
public record GuidanceAwarePairs(String positive, String negative) {
  public GuidanceAwarePairs {
    Validate.isTrue(
        !positive.isBlank() && !negative.isBlank() && !positive.equals(negative),
        "positive and negative prompt are \"%s\" and \"%s\": expected two different lines",
        positive,
        negative);
  }

  /**
   * The example with the positive line, then with the negative one.
   *
   * @throws IllegalArgumentException if its system message already has one of the lines: pairs made
   *     twice would contradict each other
   */
  public List<SftExample> of(SftExample example) {
    requireNew(example.prompt().get(0));
    List<Message> wanted = Conversation.withSystemLine(example.prompt(), positive);
    List<Message> unwanted = Conversation.withSystemLine(example.prompt(), negative);
    if (example instanceof SafetyTriple triple) {
      return List.of(
          new SafetyTriple(wanted, triple.opening(), triple.safe(), triple.unsafe()),
          new SafetyTriple(unwanted, triple.opening(), triple.unsafe(), triple.safe()));
    }
    return List.of(
        new UtilityExample(wanted, example.response()),
        new UtilityExample(unwanted, example.response()));
  }

  private void requireNew(Message first) {
    for (String line : List.of(positive, negative)) {
      Validate.isTrue(
          first.role() != Role.SYSTEM || !("\n" + first.content()).endsWith("\n" + line),
          "the system message has the line \"%s\" already: pairs for guidance were made before;"
              + " do not make them again (guidance_aware=false)",
          line);
    }
  }
}
