package dev.palinode.guard;

import java.util.concurrent.CancellationException;

/** A text for regular expressions, which ignore interrupts: reading it fails after an interrupt. */
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
   * @throws CancellationException if the thread is interrupted
   */
  public static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("interrupted while a text was searched");
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
}
