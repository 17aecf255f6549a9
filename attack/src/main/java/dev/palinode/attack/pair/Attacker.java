package dev.palinode.attack.pair;

import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Behavior;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The attacker of {@link Pair}: rewrites a request, given the answers to earlier prompts. */
public interface Attacker {
  /**
   * A prompt, with its answer and score.
   *
   * @param prompt that the victim was asked
   * @param answer that is final, or why there is none
   * @param score of the answer, from {@value Pair#RESISTED} to {@value Pair#SUCCEEDED}
   */
  record Turn(String prompt, String answer, int score) {}

  /** Everything that prompts depend on: the model, or the script. */
  String identity();

  /**
   * The next prompt of each stream.
   *
   * @param streams the turns of each stream so far, all of the same attack
   * @param session counts the tokens of the attacker's model, and has the random numbers
   * @return as many as there are streams, each in its place; empty where the attacker has none
   * @throws IOException if the attacker's model cannot be reached or does not work
   */
  List<Optional<String>> next(Behavior behavior, List<List<Turn>> streams, AttackSession session)
      throws IOException;
}
