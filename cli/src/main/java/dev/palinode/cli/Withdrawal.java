package dev.palinode.cli;

/** How text that is already on the screen is withdrawn, by what the terminal can do. */
enum Withdrawal {
  /** Written again, struck through and dimmed. */
  STRIKE,
  /** Removed, and a note left in its place. */
  REMOVE,
  /** Left standing, for output that cannot be changed, with a note behind it. */
  NOTE;

  /** By the variable TERM, for standard output. */
  static Withdrawal ofStandardOutput() {
    String term = System.getenv().getOrDefault("TERM", "dumb");
    if (!Boolean.getBoolean("palinode.terminal") || term.equals("dumb")) {
      return NOTE;
    }
    // The consoles of Linux and the BSDs and real VT terminals know no strike-through.
    return term.matches("linux|cons25.*|vt\\d+.*|wsvt25.*") ? REMOVE : STRIKE;
  }
}
