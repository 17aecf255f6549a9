package dev.palinode.cli.console;

import java.util.Optional;

/** How text on the screen is withdrawn, depending on the terminal. */
enum Withdrawal {
  /** Rewritten, struck through and dimmed. */
  STRIKE,
  /** Removed and replaced by a note. */
  REMOVE;

  /** By the variable TERM, for standard output; empty if its output cannot be erased. */
  static Optional<Withdrawal> ofStandardOutput() {
    String term = System.getenv().getOrDefault("TERM", "dumb");
    if (!Boolean.getBoolean("palinode.terminal") || term.equals("dumb")) {
      return Optional.empty();
    }
    // The consoles of Linux and the BSDs and real VT terminals have no strike-through.
    boolean isPlain = term.matches("linux|cons25.*|vt\\d+.*|wsvt25.*");
    return Optional.of(isPlain ? REMOVE : STRIKE);
  }
}
