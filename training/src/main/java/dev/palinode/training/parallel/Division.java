package dev.palinode.training.parallel;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides things of different cost into parts of like cost. */
final class Division {
  private Division() {}

  /**
   * Gives the most costly thing that is left to the part that has least so far, again and again
   * (ties: to the one with fewer things, then the lower number). No part then exceeds the mean by
   * more than one thing.
   *
   * @param costs of the things, at least 0
   * @return the part of each thing, from 0
   */
  static int[] into(int parts, long[] costs) {
    int[] partOf = new int[costs.length];
    long[] total = new long[parts];
    int[] count = new int[parts];
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> costs[i]).reversed()) // stable
        .forEach(
            i -> {
              int least = 0;
              for (int part = 1; part < parts; part++) {
                if (total[part] < total[least]
                    || (total[part] == total[least] && count[part] < count[least])) {
                  least = part;
                }
              }
              partOf[i] = least;
              total[least] += costs[i];
              count[least]++;
            });
    return partOf;
  }
}
