package dev.palinode.data.dedup;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts that mean nothing, of words drawn with frequencies of about 1/rank. */
final class InventedTexts {
  private InventedTexts() {}

  /** Lower-case letters. */
  static String word(SplittableRandom random, int letters) {
    return IntStream.range(0, letters)
        .mapToObj(i -> String.valueOf((char) ('a' + random.nextInt(26))))
        .collect(Collectors.joining());
  }

  /** Sentences of some ten words with capitals, commas and full stops. */
  static String text(int words, List<String> vocabulary, SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    boolean isStart = true;
    for (int i = 0; i < words; i++) {
      String word = draw(vocabulary, random);
      text.append(
          isStart ? word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1) : word);
      isStart = random.nextInt(10) == 0;
      text.append(isStart ? ". " : random.nextInt(12) == 0 ? ", " : " ");
    }
    return text.toString();
  }

  /** The text with some words replaced. */
  static String changed(
      String text, int changes, List<String> vocabulary, SplittableRandom random) {
    String[] words = text.split(" ");
    for (int i = 0; i < changes; i++) {
      words[random.nextInt(words.length)] = draw(vocabulary, random);
    }
    return String.join(" ", words);
  }

  private static String draw(List<String> vocabulary, SplittableRandom random) {
    return vocabulary.get(
        (int) Math.pow(vocabulary.size(), random.nextDouble()) % vocabulary.size());
  }
}
