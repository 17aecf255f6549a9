package dev.palinode.data.overlap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/**
 * What the checks of this package cost: prints nanoseconds a byte and texts a second, the medians
 * of seven rounds.
 *
 * <p>Texts are invented: 100,000 of 50 to 100 words, drawn from 20,000 words of about English
 * lengths with frequencies as 1/rank; one in twenty nearly repeats an earlier one.
 */
final class OverlapBenchmark {
  private static final int TEXTS = 100_000;
  private static final int ROUNDS = 7;

  private OverlapBenchmark() {}

  public static void main(String[] args) {
    List<String> texts = texts(new SplittableRandom(7));
    long bytes = texts.stream().mapToLong(String::length).sum();
    System.out.printf("%,d texts, %,d bytes%n", texts.size(), bytes);
    EvaluationPrompts prompts = FingerprintFile.publicBenchmarks();
    NearDuplicates settings = new NearDuplicates(Similarity.DEFAULT);
    List<Words> words = texts.stream().map(Words::of).toList();
    List<Sketch> sketches = words.stream().map(settings::sketch).toList();
    report("words", bytes, () -> sum(texts, text -> Words.of(text).count()));
    report("exact duplicates, of words", bytes, () -> exact(words));
    report("sketches, of words", bytes, () -> sum(words, each -> settings.sketch(each).low()));
    report("near duplicates, of sketches", bytes, () -> near(sketches));
    report(
        "evaluation prompts, of words",
        bytes,
        () -> sum(words, each -> prompts.find(each).isPresent() ? 1 : 0));
    report("all of it", bytes, () -> all(texts, prompts));
    report(
        "copying the bytes",
        bytes,
        () -> sum(texts, text -> text.getBytes(StandardCharsets.UTF_8)[0]));
  }

  private interface Work {
    long run();
  }

  private static void report(String what, long bytes, Work work) {
    List<Long> nanos = new ArrayList<>();
    long result = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      result = work.run();
      nanos.add(System.nanoTime() - start);
    }
    long median = nanos.stream().sorted().toList().get(ROUNDS / 2);
    System.out.printf(
        "%-32s %6.2f ns/byte %,12.0f texts/s  (%d)%n",
        what, (double) median / bytes, TEXTS / (median * 1e-9), result);
  }

  private static <T> long sum(List<T> items, ToLongFunction<T> each) {
    return items.stream().mapToLong(each).sum();
  }

  private static long exact(List<Words> texts) {
    ExactDuplicates duplicates = new ExactDuplicates();
    long found = 0;
    for (int i = 0; i < texts.size(); i++) {
      found += duplicates.add(i, texts.get(i)).isPresent() ? 1 : 0;
    }
    return found;
  }

  private static long near(List<Sketch> texts) {
    NearDuplicates duplicates = new NearDuplicates(Similarity.DEFAULT);
    long found = 0;
    for (int i = 0; i < texts.size(); i++) {
      found += duplicates.add(i, texts.get(i)).isPresent() ? 1 : 0;
    }
    return found;
  }

  private static long all(List<String> texts, EvaluationPrompts prompts) {
    NearDuplicates duplicates = new NearDuplicates(Similarity.DEFAULT);
    long found = 0;
    for (int i = 0; i < texts.size(); i++) {
      Words words = Words.of(texts.get(i));
      found += duplicates.add(i, duplicates.sketch(words)).isPresent() ? 1 : 0;
      found += prompts.find(words).isPresent() ? 1 : 0;
    }
    return found;
  }

  private static List<String> texts(SplittableRandom random) {
    List<String> vocabulary = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      vocabulary.add(InventedTexts.word(random, lettersAtRank(i, random)));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      boolean isRepeat = i > 0 && random.nextInt(20) == 0;
      texts.add(
          isRepeat
              ? InventedTexts.changed(texts.get(random.nextInt(i)), 1, vocabulary, random)
              : InventedTexts.text(50 + random.nextInt(51), vocabulary, random));
    }
    return texts;
  }

  /** Frequent words are short: 4.7 letters in the mean of a text, as in English. */
  private static int lettersAtRank(int rank, SplittableRandom random) {
    int most = 2 + (32 - Integer.numberOfLeadingZeros(rank + 1)) * 2 / 3;
    return 1 + random.nextInt(most);
  }
}
