package dev.palinode.data.pairs;

import java.util.SplittableRandom;
import org.apache.commons.lang3.Validate;

/**
 * Streaming random sample of a given size without replacement: all subsets are equally likely, the
 * order is kept, and no rows are held in memory (selection sampling; Knuth, The Art of Computer
 * Programming, volume 2, algorithm 3.4.2 S). Not thread-safe.
 */
public final class UtilityMixture {
  private final SplittableRandom random;
  private long remainingRows;
  private long remainingWanted;

  /**
   * @param rows number of rows to sample from
   * @param wanted number of rows to sample; all rows if there are fewer
   * @param seed the same seed samples the same rows
   */
  public UtilityMixture(long rows, long wanted, long seed) {
    boolean isInRange = rows >= 0 && wanted >= 0;
    Validate.isTrue(isInRange, "%s rows wanted of %s: expected 0 or more of each", wanted, rows);
    this.remainingRows = rows;
    this.remainingWanted = Math.min(rows, wanted);
    this.random = new SplittableRandom(seed);
  }

  /** Number of rows to sample for some safety triples, at a ratio of utility rows per triple. */
  public static long wanted(long triples, double ratio) {
    boolean isInRange = ratio >= 0 && ratio <= 1e6;
    Validate.isTrue(isInRange, "%s utility rows to one pair: expected 0 to a million", ratio);
    return Math.round(triples * ratio);
  }

  /**
   * Whether the next row is in the sample; called once per row.
   *
   * @throws IllegalStateException if it is called for more rows than announced
   */
  public boolean takesNext() {
    if (remainingRows == 0) {
      throw new IllegalStateException("more rows than announced");
    }
    boolean takes = random.nextLong(remainingRows) < remainingWanted;
    remainingRows--;
    remainingWanted -= takes ? 1 : 0;
    return takes;
  }
}
