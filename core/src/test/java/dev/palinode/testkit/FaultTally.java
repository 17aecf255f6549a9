package dev.palinode.testkit;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts the outcomes of the faults of one test by name, such as "refused" or "worked". {@code
 * docs/reliability.md} quotes the line that {@link #print} writes. Safe for use by several threads.
 */
public final class FaultTally {
  private final String faults;
  private final Map<String, Integer> outcomes = new TreeMap<>();

  /**
   * @param faults the kind of fault, such as "mutated model folders"
   */
  public FaultTally(String faults) {
    this.faults = faults;
  }

  /** Counts one fault by its outcome. */
  public synchronized void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  /** How many faults had this outcome. */
  public synchronized int of(String outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }

  /** How many faults were counted. */
  public synchronized int total() {
    return outcomes.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Writes the counts to standard output, as one line. */
  public void print() {
    System.out.println(this);
  }

  @Override
  public synchronized String toString() {
    return "fault suite: " + faults + ": " + total() + " in all, " + outcomes;
  }
}
