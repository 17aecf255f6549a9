package dev.palinode.guard;

/**
 * A text that stops whoever reads it once the thread is interrupted. Regular expressions know
 * nothing of interrupts, and some need exponential time; they read every character through this.
 */
final class InterruptibleText implements CharSequence {
  /** So many characters are read between two looks at the thread. */
  private static final int PERIOD = 4096;

  private final String text;
  private int reads;

  InterruptibleText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if (++reads % PERIOD == 0 && Thread.currentThread().isInterrupted()) {
      throw new Interrupted();
    }
    return text.charAt(index);
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

  /** The thread was interrupted while the text was read. */
  static final class Interrupted extends RuntimeException {
    Interrupted() {
      super("interrupted while a text was searched");
    }
  }
}
