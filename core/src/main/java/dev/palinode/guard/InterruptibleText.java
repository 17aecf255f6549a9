package dev.palinode.guard;

import java.util.concurrent.CancellationException;

/**
 * A text whose reading fails once the thread is interrupted. Regular expressions ignore interrupts,
 * and some need exponential time; matching against this text can be interrupted.
 */
public final class InterruptibleText implements CharSequence {
  /** The number of characters read between two checks of the thread. */
  private static final int PERIOD = 4096;

  private final String text;
  private int reads;

  public InterruptibleText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if (++reads % PERIOD == 0) {
      requireNotInterrupted();
    }
    return text.charAt(index);
  }

  /**
   * Checks for an interrupt; for searches that go through a text piece by piece.
   *
   * @throws Interrupted if the thread is interrupted
   */
  public static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new Interrupted();
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  /** The thread was interrupted while the text was read, and still is. */
  public static final class Interrupted extends CancellationException {
    private static final long serialVersionUID = 1L;

    Interrupted() {
      super("interrupted while a text was searched");
    }
  }
}
