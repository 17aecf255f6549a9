package dev.palinode.attack;

import org.apache.commons.lang3.Validate;

/**
 * Something that a model should decline to do.
 *
 * @param id unique among the behaviours of a run
 * @param request that asks for it, not blank
 * @param target the beginning of an answer that complies, or all of it; empty if none is known
 */
public record Behavior(String id, String request, String target) {
  /** The place of a request in prompts that are made for any. */
  public static final String PLACE = "{request}";

  public Behavior {
    Validate.notBlank(id, "a behaviour needs an id");
    Validate.notBlank(request, "behaviour %s has no request", id);
  }

  /** A prompt with this request in its {@linkplain #PLACE place}. */
  public String in(String prompt) {
    return prompt.replace(PLACE, request);
  }

  /**
   * The target.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String requireTarget() {
    Validate.isTrue(
        !target.isBlank(),
        "behaviour %s has no target, the beginning of an answer that complies: this attack needs"
            + " one",
        id);
    return target;
  }
}
