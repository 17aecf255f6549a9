package dev.palinode.data.overlap;

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
 *     order of their hashes, so that they do not say what follows what; all different. Only the
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
        prompt.source(),
        prompt.number(),
        words.count(),
        words.run(0, words.count()),
        words.count() < RUN ? List.of() : anchors(words));
  }

  /** The hash by which a run of words is looked for. */
  static int anchor(long rollingHash) {
    return (int) (rollingHash >>> 32);
  }

  private static List<Integer> anchors(Words words) {
    int runs = words.count() - RUN + 1;
    RollingHash rolling = new RollingHash(words, RUN);
    int[] all = IntStream.range(0, runs).map(i -> anchor(rolling.next())).toArray();
    int count =
        words.count() < EvaluationPrompts.LEAST_WORDS_NEAR ? 1 : Math.min(runs, MOST_ANCHORS);
    IntStream others =
        IntStream.range(0, count)
            .map(i -> all[spaced(i, count, runs)])
            .filter(each -> each != all[0])
            .distinct()
            .sorted();
    return IntStream.concat(IntStream.of(all[0]), others).boxed().toList();
  }

  /** Item {@code i} of {@code count}, the first and last of which are the first and last of all. */
  private static int spaced(int i, int count, int all) {
    return count == 1 ? 0 : (int) ((long) i * (all - 1) / (count - 1));
  }
}
