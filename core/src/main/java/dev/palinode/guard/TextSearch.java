package dev.palinode.guard;

/** Looks for something unsafe in a text. Safe for use by several threads. */
@FunctionalInterface
interface TextSearch {
  /**
   * Unsafe from the earliest hit on. Safe, if there is none, up to where the earliest hit could
   * begin that more text may bring.
   *
   * @param complete whether nothing follows the text; otherwise only hits count that stay whatever
   *     follows
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  Verdict search(String text, boolean complete) throws InterruptedException;
}
