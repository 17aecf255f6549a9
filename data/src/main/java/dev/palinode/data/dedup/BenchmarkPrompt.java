package dev.palinode.data.dedup;

/**
 * A prompt of a benchmark.
 *
 * @param source display name of the data set, such as {@code XSTest}
 * @param number index of the prompt, from 0, as the caller counts them
 * @param text the prompt
 */
public record BenchmarkPrompt(String source, int number, String text) {
  /**
   * @throws IllegalArgumentException if the source is blank or longer than 200 characters, the
   *     number is negative, or the text has no letters and digits
   */
  public BenchmarkPrompt {
    if (source.isBlank() || source.length() > 200) {
      throw new IllegalArgumentException(
          "the source of an evaluation prompt is \"" + source + "\": expected a name");
    }
    if (number < 0) {
      throw new IllegalArgumentException(
          source + ": a prompt's number is " + number + ": expected 0 or more");
    }
    if (Words.of(text).count() == 0) {
      throw new IllegalArgumentException(
          source + ", prompt " + number + ": has no words: leave it out");
    }
  }
}
