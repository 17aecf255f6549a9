package dev.palinode.server.engine;

import dev.palinode.chat.Message;
import dev.palinode.guard.Guard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.lang3.Validate;

/**
 * The guards that the operator configured.
 *
 * @param guards by name: each makes a guard for the answer in a conversation
 * @param mandatory whether a request may not leave any of them out
 * @param everyTokens tokens between two checks, at least 1
 * @param maxUndos how often they may object before the answer is refused, at least 0
 * @param refusal the text of a refused answer; may be empty
 * @param nudge put before the request once a guard has objected, for models without a reset token
 * @param timeout of one check by all guards together
 */
public record GuardSettings(
    Map<String, Function<List<Message>, Guard>> guards,
    boolean mandatory,
    int everyTokens,
    int maxUndos,
    String refusal,
    String nudge,
    Duration timeout) {
  /** No guards. */
  public static final GuardSettings NONE = none("");

  public GuardSettings {
    guards = new LinkedHashMap<>(guards);
    Validate.isTrue(everyTokens >= 1, "everyTokens is %s: expected 1 or more", everyTokens);
    Validate.isTrue(maxUndos >= 0, "maxUndos is %s: expected 0 or more", maxUndos);
  }

  /** No guards, and the text of an answer that is refused for another reason. */
  public static GuardSettings none(String refusal) {
    return new GuardSettings(Map.of(), true, 1, 0, refusal, "", Duration.ofSeconds(10));
  }

  /** The names of the guards, in the order in which they are asked. */
  public List<String> names() {
    return List.copyOf(guards.keySet());
  }

  /**
   * The guards of a request.
   *
   * @param asked names, or empty for all
   * @throws EngineException if there is no such guard, or one may not be left out
   */
  public List<Guard> of(Optional<List<String>> asked, List<Message> conversation)
      throws EngineException {
    List<String> names = asked.orElse(names());
    for (String name : names) {
      if (!guards.containsKey(name)) {
        throw EngineException.invalid(
            "palinode.guards", "there is no guard \"" + name + "\"; this server has: " + list());
      }
    }
    if (mandatory && !names.containsAll(guards.keySet())) {
      throw EngineException.invalid(
          "palinode.guards", "the operator allows no guard to be left out: " + list());
    }
    List<Guard> chosen = new ArrayList<>();
    guards.forEach(
        (name, guard) -> {
          if (names.contains(name)) {
            chosen.add(guard.apply(conversation));
          }
        });
    return chosen;
  }

  private String list() {
    return guards.isEmpty() ? "none" : String.join(", ", guards.keySet());
  }
}
