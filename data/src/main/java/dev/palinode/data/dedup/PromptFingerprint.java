package dev.palinode.data.dedup;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What is kept of an evaluation prompt: hashes, and no text.
 *
 * @param source the data set
 * @param number of the prompt in it
 * @param words how many it has
 * @param whole hash of all its words in their order
 * @param anchors hashes of runs of {@link #RUN} words: the run at its beginning, then others in the
 *     order of their hashes, so that they do not show what follows what; all different. Only the
 *     first for a prompt that is looked for entirely, and none for a shorter one than a run
 */
record PromptFingerprint(String source, int number, int words, long whole, List<Integer> anchors) {
  /** Words in an anchor. */
  static final int RUN = 5;

  /** Most anchors of a prompt; longer ones have this many, evenly spaced. */
  static final int MOST_ANCHORS = 32;

  static PromptFingerprint of(BenchmarkPrompt prompt) {
    Words words = Words.of(prompt.text());
    return new PromptFingerprint(
        prompt.source(), prompt.number(), words.count(), words.all(), anchors(words));
  }

  /** The hash by which a run of words is looked for. */
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
