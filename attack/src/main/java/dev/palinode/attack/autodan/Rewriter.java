package dev.palinode.attack.autodan;

import dev.palinode.attack.AttackSession;
import java.io.IOException;
import java.util.List;

/** Rewrites prompts without changing what they mean: the mutation of the search. */
public interface Rewriter {
  /** Everything that results depend on other than texts and random numbers. */
  String identity();

  /**
   * Rewrites texts.
   *
   * @param session has the random numbers, and counts the tokens of an auxiliary model
   * @return as many, in their order; a text that cannot be rewritten stays. A place for the request
   *     may be lost
   * @throws IOException if an auxiliary model cannot be reached or does not work
   */
  List<String> rewrite(List<String> texts, AttackSession session) throws IOException;
}
