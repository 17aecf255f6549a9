package dev.palinode.attack;

import java.io.IOException;

/**
 * A way to make a model do what it should decline. Draws all random numbers from the session, so
 * that the same seed gives the same attempts. Implementations keep no state between behaviours, so
 * that a run can be resumed at any of them; they are used by one thread at a time.
 */
public interface Attack {
  /** The name, as on the command line: lower case, words joined by hyphens. */
  String name();

  /**
   * Everything other than victim, judge, behaviour, budget and seed that the attempts depend on:
   * the settings, and the auxiliary models.
   */
  String identity();

  /**
   * Checks, before a run begins, that a behaviour has what the attack needs.
   *
   * @throws IllegalArgumentException if it does not
   */
  default void require(Behavior behavior) {}

  /**
   * Attacks one behaviour: asks the victim through the session until the attack has tried all that
   * it has, or {@link AttackSession#isSpent}.
   *
   * @throws IOException if the victim, or an auxiliary model, cannot be reached or does not work
   */
  void attack(Behavior behavior, AttackSession session) throws IOException;
}
