package dev.palinode.data.record;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;

/**
 * Makes a model able to be led by classifier-free guidance: every example is there twice, under a
 * line of the system prompt that asks for the wanted answer and under one that asks for the other,
 * with chosen and rejected answer exchanged (Smirnov, 2024: pairs for the positive and the negative
 * branch).
 *
 * @param positive line of the system prompt under which examples are as they are
 * @param negative line under which the answers are exchanged; utility answers stay
 */
public record GuidanceAwarePairs(String positive, String negative) {
  public GuidanceAwarePairs {
    if (positive.isBlank() || negative.isBlank() || positive.equals(negative)) {
      throw new IllegalArgumentException(
          "positive and negative prompt are \""
              + positive
              + "\" and \""
              + negative
              + "\": expected two different lines");
    }
  }

  /**
   * The example under the positive line, then under the negative one.
   *
   * @throws IllegalArgumentException if it is under one of them already: made twice, pairs would
   *     contradict each other
   */
  public List<SftExample> of(SftExample example) {
    requireNew(example.prompt().get(0));
    List<Message> wanted = SystemLine.over(example.prompt(), positive);
    List<Message> unwanted = SystemLine.over(example.prompt(), negative);
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
      if (first.role() == Role.SYSTEM && ("\n" + first.content()).endsWith("\n" + line)) {
        throw new IllegalArgumentException(
            "the system message has the line \"%s\" already: pairs for guidance were made before;"
                    .formatted(line)
                + " do not make them again (guidance_aware=false)");
      }
    }
  }
}
