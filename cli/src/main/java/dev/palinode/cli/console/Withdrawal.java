package dev.palinode.cli.console;

import java.util.Optional;

/** How text that is already on the screen is withdrawn, by what the terminal can do. */
enum Withdrawal {
  /** Written again, struck through and dimmed. */
  STRIKE,
  /** Removed, and a note left in its place. */
  REMOVE;

  /** By the variable TERM, for standard output; empty if what is written there stays. */
  static Optional<Withdrawal> ofStandardOutput() {
    String term = System.getenv().getOrDefault("TERM", "dumb");
    if (!Boolean.getBoolean("palinode.terminal") || term.equals("dumb")) {
      return Optional.empty();
    }
    // The consoles of Linux and the BSDs and real VT terminals know no strike-through.
    boolean isPlain = term.matches("linux|cons25.*|vt\\d+.*|wsvt25.*");
    return Optional.of(isPlain ? REMOVE : STRIKE);
  }
}
