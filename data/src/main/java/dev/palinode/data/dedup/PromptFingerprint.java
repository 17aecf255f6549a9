package dev.palinode.data.dedup;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Fingerprint of an evaluation prompt: hashes that identify it, no text. (They do not keep prompts
 * secret: short ones can be guessed and tried.)
 *
 * @param source the data set
 * @param number index of the prompt in the data set
 * @param words number of words
 * @param whole hash of all words in order
 * @param anchors distinct hashes of n-grams of {@link #RUN} words: the first n-gram of the prompt,
 *     then others sorted by hash, so that they do not show their order. Only the first one for
 *     prompts without near matches; empty for prompts shorter than an n-gram
 */
record PromptFingerprint(String source, int number, int words, long whole, List<Integer> anchors) {
  /** Words in an anchor. */
  static final int RUN = 5;

  /** Maximum number of anchors; longer prompts have this many, evenly spaced. */
  static final int MOST_ANCHORS = 32;

  /** The shipped file: JSON, compressed by gzip. */
  private static final String SHIPPED = "public-benchmarks.fingerprints";

  /**
   * Content of a file of fingerprints.
   *
   * @param version of the hash functions
   */
  record Content(int version, List<PromptFingerprint> prompts) {}

  /** The fingerprints that are included in this module. */
  static List<PromptFingerprint> shipped() {
    try (InputStream in =
        new GZIPInputStream(requireNonNull(PromptFingerprint.class.getResourceAsStream(SHIPPED)))) {
      return new ObjectMapper().readValue(in, Content.class).prompts();
    } catch (IOException e) {
      throw new UncheckedIOException(SHIPPED + " cannot be read", e);
    }
  }

  static PromptFingerprint of(BenchmarkPrompt prompt) {
    Words words = Words.of(prompt.text());
    return new PromptFingerprint(
        prompt.source(), prompt.number(), words.count(), words.all(), anchors(words));
  }

  /** The anchor hash of the n-gram at a position. */
  static int anchor(Words words, int from) {
    return (int) words.run(from, RUN);
  }

  private static List<Integer> anchors(Words words) {
    int runs = words.count() - RUN + 1;
    if (runs < 1) {
      return List.of();
    }
    int first = anchor(words, 0);
    int count =
        words.count() < EvaluationPrompts.LEAST_WORDS_NEAR ? 1 : Math.min(runs, MOST_ANCHORS);
    IntStream others =
        IntStream.range(1, count)
            .map(i -> anchor(words, i * (runs - 1) / (count - 1)))
            .filter(each -> each != first)
            .distinct()
            .sorted();
    return IntStream.concat(IntStream.of(first), others).boxed().toList();
  }
}
