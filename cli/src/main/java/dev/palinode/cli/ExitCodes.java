package dev.palinode.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit codes of the command mean; {@code palinode --help} lists them. */
final class ExitCodes {
  static final int DONE = 0;
  static final int FAILED = 1;
  // 2 is picocli's for wrong usage, 3 the launcher's where it cannot build or start
  static final int REFUSED = 4;
  static final int LOST_PEER = 75;

  private ExitCodes() {}

  /** Code and meaning, for the help. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("0", "Done.");
    meanings.put("1", "It could not be done, or what was checked has problems; the message says.");
    meanings.put("2", "The command was not understood.");
    meanings.put("3", "There is no JDK or Maven, or the build failed.");
    meanings.put("4", "generate: the answer was refused, by guards or after too many resets.");
    meanings.put("75", "launch: a process ended because another one had.");
    meanings.put("128+N", "Ended by signal N; 130 is Ctrl-C.");
    return meanings;
  }
}
