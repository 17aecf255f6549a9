package dev.palinode.guard;

import java.util.Optional;

/** Looks for something unsafe in a text. Safe for use by several threads. */
@FunctionalInterface
interface TextSearch {
  /**
   * The earliest hit.
   *
   * @param complete whether nothing follows the text; otherwise only hits count that stay whatever
   *     follows
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  Optional<Hit> earliest(String text, boolean complete) throws InterruptedException;

  /**
   * Where something was found.
   *
   * @param from offset in the text
   * @param what for the reason of a verdict
   */
  record Hit(int from, String what) {}
}
