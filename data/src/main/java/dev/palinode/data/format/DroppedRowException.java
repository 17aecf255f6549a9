package dev.palinode.data.format;

import dev.palinode.data.record.DropReason;

/** Reports that a row is well-formed but cannot be used; the rows after it can be read. */
public final class DroppedRowException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DropReason reason;

  /** An exception without a stack trace: many rows may be dropped. */
  public DroppedRowException(DropReason reason) {
    super(reason.description(), null, false, false);
    this.reason = reason;
  }

  /** Drops the row if the condition holds. */
  public static void dropIf(boolean condition, DropReason reason) throws DroppedRowException {
    if (condition) {
      throw new DroppedRowException(reason);
    }
  }

  /** Why the row cannot be used. */
  public DropReason reason() {
    return reason;
  }
}
