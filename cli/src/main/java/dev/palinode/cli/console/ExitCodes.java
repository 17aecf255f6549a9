package dev.palinode.cli.console;

/** The exit codes of the command; {@code palinode --help} lists them. */
public final class ExitCodes {
  /** Done. */
  public static final int DONE = 0;

  /** It could not be done. */
  public static final int FAILED = 1;

  // 2 is picocli's for wrong usage, 3 the launcher's where it cannot build or start

  /** The answer was refused. */
  public static final int REFUSED = 4;

  /** Another process of several was lost. */
  public static final int LOST_PEER = 75;

  private ExitCodes() {}
}
