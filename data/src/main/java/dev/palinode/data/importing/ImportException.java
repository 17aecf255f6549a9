package dev.palinode.data.importing;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reports that an import was stopped: the message has the reason, what was good so far, and what to
 * do.
 */
public final class ImportException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why it was stopped, and what to do
   * @param cause the exception that revealed it; null if there is none
   */
  public ImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
