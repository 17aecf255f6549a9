package dev.palinode.cli.options;

import dev.palinode.server.engine.GuardSettings;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of guards of a server, and of what the requests of its clients may change. */
@OptionGroup("Server")
final class RequestOptions implements AutoCloseable {
  /** Tokens that plain streams are late by, unless the operator knows better. */
  static final int HOLD_BACK = 32;

  @Mixin private GuardOptions guards;

  @Option(
      names = "--optional-guards",
      description = "A request may leave guards out; otherwise all of them watch every answer.")
  private boolean optionalGuards;

  @Option(
      names = "--fixed-undo",
      description =
          "No request may change how the model resets: its number and bias, logit_bias, penalties"
              + " and guidance are refused.")
  private boolean fixedUndo;

  /** Whether no request may change how the model resets. */
  boolean fixesUndo() {
    return fixedUndo;
  }

  /** Whether there are guards. */
  boolean isGuarded() {
    return !guards.isEmpty();
  }

  /**
   * The guards.
   *
   * @param refusal the text of a refused answer
   */
  GuardSettings guards(String refusal) throws IOException {
    OptionCheck.needs("--optional-guards", optionalGuards, isGuarded(), GuardOptions.NEED);
    return isGuarded() ? guards.settings(!optionalGuards, refusal) : GuardSettings.none(refusal);
  }

  /** Closes the models that the options opened. */
  @Override
  public void close() {
    guards.close();
  }
}
