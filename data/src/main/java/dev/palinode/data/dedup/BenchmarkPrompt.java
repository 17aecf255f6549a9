package dev.palinode.data.dedup;

/**
 * A prompt that a model is measured with.
 *
 * @param source the data set, by a name for people, such as {@code XSTest}
 * @param number which prompt it is, as the caller counts them, from 0
 * @param text the prompt
 */
public record BenchmarkPrompt(String source, int number, String text) {
  /**
   * @throws IllegalArgumentException if the source is blank or longer than 200 characters, the
   *     number negative, or the text without letters and digits
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
