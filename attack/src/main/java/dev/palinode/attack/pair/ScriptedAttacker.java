package dev.palinode.attack.pair;

import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Behavior;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * An attacker without a model: it puts the request into one wording after the other. For victims
 * that know only a small language, such as those of the micro-worlds, and to see what a model adds.
 *
 * @param wordings at least one, each with {@value Behavior#PLACE}; every stream takes the next
 *     unused
 */
public record ScriptedAttacker(List<String> wordings) implements Attacker {
  public ScriptedAttacker {
    wordings = List.copyOf(wordings);
    Validate.isTrue(!wordings.isEmpty(), "a scripted attacker needs a wording");
    for (String each : wordings) {
      Validate.isTrue(
          each.contains(Behavior.PLACE), "wording \"%s\": expected %s in it", each, Behavior.PLACE);
    }
  }

  @Override
  public String identity() {
    return "wordings " + wordings;
  }

  @Override
  public List<Optional<String>> next(
      Behavior behavior, List<List<Turn>> streams, AttackSession session) {
    int used = streams.stream().mapToInt(List::size).sum();
    List<Optional<String>> prompts = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      prompts.add(
          used + i < wordings.size()
              ? Optional.of(behavior.in(wordings.get(used + i)))
              : Optional.empty());
    }
    return prompts;
  }
}
