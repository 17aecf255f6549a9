package dev.palinode.data.dedup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the checks of this package cost: prints nanoseconds a byte and texts a second, the medians
 * of five rounds.
 *
 * <p>Invented texts are 100,000 of 50 to 100 words, drawn from 20,000 words of about English
 * lengths with frequencies as 1/rank; one in twenty nearly repeats an earlier one. Public ones are
 * answers and questions of HH-RLHF, Alpaca and GSM8K.
 */
@Tag("slow")
class OverlapBenchmark {
  private static final int TEXTS = 100_000;
  private static final int ROUNDS = 5;

  private final EvaluationPrompts prompts = EvaluationPrompts.publicBenchmarks();

  @Test
  void inventedTexts() {
    measure("invented", texts(new SplittableRandom(7)));
  }

  @Test
  void publicTexts() {
    List<String> texts = new ArrayList<>();
    texts.addAll(DataSets.field("hh-rlhf/harmless-base-test.jsonl.gz", "chosen"));
    texts.addAll(DataSets.wholeRows("instructions/alpaca_2000.json"));
    texts.addAll(DataSets.field("instructions/gsm8k_train.jsonl", "question"));
    texts.addAll(DataSets.field("instructions/gsm8k_train.jsonl", "answer"));
    measure("public", texts);
  }

  private void measure(String kind, List<String> texts) {
    Rounds rounds = new Rounds(texts);
    System.out.printf("%s: %,d texts, %,d bytes%n", kind, texts.size(), rounds.bytes);
    rounds.report(
        "copying the bytes", () -> sum(texts, text -> text.getBytes(StandardCharsets.UTF_8)[0]));
    rounds.report("words", () -> sum(texts, text -> Words.of(text).count()));
    rounds.report("everything, from texts", () -> all(texts, prompts));
    List<Words> words = texts.stream().map(Words::of).toList();
    rounds.report("near duplicates, of words", () -> near(words));
    rounds.report(
        "evaluation prompts, of words",
        () -> sum(words, each -> prompts.find(each).isPresent() ? 1 : 0));
  }

  private interface Work {
    long run();
  }

  private static final class Rounds {
    private final int texts;
    private final long bytes;

    Rounds(List<String> texts) {
      this.texts = texts.size();
      bytes = sum(texts, text -> text.getBytes(StandardCharsets.UTF_8).length);
    }

    void report(String what, Work work) {
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
          what, (double) median / bytes, texts / (median * 1e-9), result);
    }
  }

  private static <T> long sum(List<T> items, ToLongFunction<T> each) {
    return items.stream().mapToLong(each).sum();
  }

  private static long near(List<Words> texts) {
    NearDuplicates duplicates = new NearDuplicates(NearDuplicates.STANDARD_THRESHOLD);
    long found = 0;
    for (int i = 0; i < texts.size(); i++) {
      found += duplicates.add(i, texts.get(i)).isPresent() ? 1 : 0;
    }
    return found;
  }

  private static long all(List<String> texts, EvaluationPrompts prompts) {
    NearDuplicates duplicates = new NearDuplicates(NearDuplicates.STANDARD_THRESHOLD);
    long found = 0;
    for (int i = 0; i < texts.size(); i++) {
      Words words = Words.of(texts.get(i));
      found += duplicates.add(i, words).isPresent() ? 1 : 0;
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
