package dev.palinode.data.overlap;

import java.util.Arrays;

/** The numbers of anchors that a text has, each once: a list that is sorted when it gets long. */
final class AnchorsFound {
  private int[] numbers = {};
  private int count;

  void add(int number) {
    if (count == numbers.length) {
      sort();
      if (2 * count >= numbers.length) {
        numbers = Arrays.copyOf(numbers, Math.max(16, 2 * numbers.length));
      }
    }
    numbers[count++] = number;
  }

  /** All of them, in ascending order. */
  int[] sorted() {
    sort();
    return Arrays.copyOf(numbers, count);
  }

  private void sort() {
    Arrays.sort(numbers, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || numbers[i] != numbers[kept - 1]) {
        numbers[kept++] = numbers[i];
      }
    }
    count = kept;
  }
}
