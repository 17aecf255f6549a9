package dev.palinode.guard;

/**
 * Decides whether an answer is unsafe: text in, verdict out.
 *
 * <p>Implementations say what they take for unsafe, and are safe for use by several threads.
 */
@FunctionalInterface
public interface Judge {
  /**
   * @param prompt what was asked
   * @param answer what the reader gets: visible text, without anything that was withdrawn
   */
  Verdict judge(String prompt, String answer);
}
