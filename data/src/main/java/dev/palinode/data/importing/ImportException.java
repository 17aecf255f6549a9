package dev.palinode.data.importing;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An import that was stopped: the message says why, what was good so far, and what to do. */
public final class ImportException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message why it was stopped, and what to do
   * @param cause what brought it to light; null if nothing did
   */
  public ImportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
