package dev.palinode.data.pairs;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A draw of a stated number of rows out of a stated number, as they pass by: each subset is as
 * likely as every other, the order stays, and nothing is kept in memory (Knuth, The Art of Computer
 * Programming, volume 2, algorithm 3.4.2 S). Not thread-safe.
 */
public final class UtilityMixture {
  private final SplittableRandom random;
  private long toSee;
  private long toTake;

  /**
   * @param rows that will pass by
   * @param wanted rows to be drawn; all, if there are not as many
   * @param seed the same seed draws the same rows
   */
  public UtilityMixture(long rows, long wanted, long seed) {
    if (rows < 0 || wanted < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d rows wanted of %d: expected 0 or more of each", wanted, rows));
    }
    this.toSee = rows;
    this.toTake = Math.min(rows, wanted);
    this.random = new SplittableRandom(seed);
  }

  /** Rows to draw for a number of safety triples, at a ratio of utility rows to one triple. */
  public static long wanted(long triples, double ratio) {
    if (!(ratio >= 0) || ratio > 1e6) {
      throw new IllegalArgumentException(
          "%s utility rows to one pair: expected 0 to a million".formatted(ratio));
    }
    return Math.round(triples * ratio);
  }

  /**
   * Whether the row that passes by is drawn.
   *
   * @throws IllegalStateException if more rows pass than were announced
   */
  public boolean takesNext() {
    if (toSee == 0) {
      throw new IllegalStateException("more rows than announced");
    }
    boolean takes = random.nextLong(toSee) < toTake;
    toSee--;
    toTake -= takes ? 1 : 0;
    return takes;
  }
}
