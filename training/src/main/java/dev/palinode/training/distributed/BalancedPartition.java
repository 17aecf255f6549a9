package dev.palinode.training.distributed;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Divides items of different cost into parts of about equal cost. */
final class BalancedPartition {
  private BalancedPartition() {}

  /**
   * Greedy: repeatedly gives the most costly remaining item to the part with the lowest cost (ties:
   * fewer items, then lower number). No part exceeds the mean by more than one item. Returns the
   * part of each item, from 0.
   */
  static int[] into(int parts, long[] costs) {
    int[] partOf = new int[costs.length];
    long[] total = new long[parts];
    int[] count = new int[parts];
    Comparator<Integer> byLoad =
        Comparator.comparingLong((Integer part) -> total[part])
            .thenComparingInt(part -> count[part]);
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> costs[i]).reversed()) // stable
        .forEach(
            i -> {
              int least = IntStream.range(0, parts).boxed().min(byLoad).orElseThrow();
              partOf[i] = least;
              total[least] += costs[i];
              count[least]++;
            });
    return partOf;
  }
}
