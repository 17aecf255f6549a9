package dev.palinode.data.dedup;

import com.dynatrace.hash4j.hashing.Hashing;
import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHasher;
import com.dynatrace.hash4j.similarity.SimilarityHashing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.lang3.Validate;

/**
 * Streaming near-duplicate detection with MinHash and locality-sensitive hashing (Broder 1997; Ertl
 * 2017, SuperMinHash; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). Every
 * candidate is verified.
 *
 * <ol>
 *   <li>A text with the same words in the same order as a kept text is always its duplicate.
 *   <li>Otherwise it is compared with at most {@value #MOST_COMPARED} kept texts that have a
 *       MinHash band in common with it. It is a duplicate of the most similar one, the earliest of
 *       equal ones, if their similarity reaches the threshold.
 *   <li>Otherwise it is kept.
 * </ol>
 *
 * <p><b>Similarity</b> is the Jaccard similarity of the texts' sets of shingles (five words): the
 * shingles in both divided by those in either. One changed word in the middle of a text of n words
 * changes five of about n - 4 shingles: at a threshold of 0.8, texts of 50 words may differ in one
 * word, texts of 100 words in two. A text with fewer words than a shingle is one shingle.
 *
 * <p><b>Guarantees.</b> If both texts have up to 256 distinct shingles, nothing below the threshold
 * is reported. For longer texts the similarity is an estimate from 256 shingles, with a standard
 * error of 0.03. A pair at the threshold is compared with a probability of 0.99, a pair above it
 * almost surely; less often if more than {@value #MOST_COMPARED} texts have a band in common with
 * one. Texts are compared only with kept ones, so both ends of a chain of small changes may be
 * kept.
 *
 * <p>The same texts in the same order, with the same settings, give the same results. At the
 * standard threshold a kept text takes about 900 bytes plus four per word, at most 2 KiB. Not
 * thread-safe.
 */
public final class NearDuplicates {
  /** Maximum number of kept texts that one text is compared with. */
  public static final int MOST_COMPARED = 64;

  /** The threshold that is usual for training data (Lee et al. 2022). */
  public static final double STANDARD_THRESHOLD = 0.8;

  private static final int SHINGLE_WORDS = 5;
  private static final int NONE = -1;

  /**
   * The earlier text that a text duplicates.
   *
   * @param position position with which the earlier text was added
   * @param similarity Jaccard similarity of the two texts, up to 1; an estimate for texts with more
   *     than 256 distinct shingles
   * @param isExact whether both have the same words in the same order
   */
  public record DuplicateMatch(long position, double similarity, boolean isExact) {}

  private record Kept(long position, ShingleSample shingles) {}

  private final double threshold;
  private final Bands bands;
  private final SimilarityHasher hasher = Bands.hasher();
  private final Map<Long, Long> positions = new HashMap<>(); // by the hash of all words
  private final List<Kept> kept = new ArrayList<>();
  private final List<Map<Integer, Integer>> newest = new ArrayList<>(); // by band and its key
  private final List<int[]> earlier = new ArrayList<>(); // by text and band: previous, same key

  /**
   * A detector without texts.
   *
   * @param threshold least similarity of duplicates, 0.3 to 1
   */
  public NearDuplicates(double threshold) {
    this.threshold = checked(threshold);
    bands = Bands.forThreshold(threshold);
    for (int band = 0; band < bands.bands(); band++) {
      newest.add(new HashMap<>());
    }
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  static double checked(double threshold) {
    boolean isInRange = threshold >= 0.3 && threshold <= 1;
    Validate.isTrue(isInRange, "threshold is %s: expected 0.3 to 1, usually 0.7 to 0.9", threshold);
    return threshold;
  }

  /**
   * Adds a text.
   *
   * @param position the caller's number of the text, from 0
   * @return the kept text that it duplicates; empty if there is none and this text is kept. A text
   *     without words duplicates nothing and is not kept.
   * @throws IllegalArgumentException if the position is negative
   */
  public Optional<DuplicateMatch> add(long position, Words words) {
    Validate.isTrue(position >= 0, "position is %s: expected 0 or more", position);
    if (words.count() == 0) {
      return Optional.empty();
    }
    Long same = positions.get(words.all());
    if (same != null) {
      return Optional.of(new DuplicateMatch(same, 1, true));
    }
    long[] shingles = words.runs(Math.min(SHINGLE_WORDS, words.count()));
    int[] keys = bands.of(hasher.compute(ElementHashProvider.ofValues(shingles)));
    ShingleSample sample = ShingleSample.of(shingles);
    Optional<DuplicateMatch> near = mostSimilar(sample, keys);
    if (near.isEmpty()) {
      positions.put(words.all(), position);
      keep(new Kept(position, sample), keys);
    }
    return near;
  }

  private void keep(Kept text, int[] keys) {
    Integer number = kept.size();
    kept.add(text);
    int[] before = new int[keys.length];
    for (int band = 0; band < keys.length; band++) {
      Integer last = newest.get(band).put(keys[band], number);
      before[band] = last == null ? NONE : last;
    }
    earlier.add(before);
  }

  /** Kept texts with one of these band keys, the newest first within a band. */
  private Set<Integer> candidates(int[] keys) {
    Set<Integer> found = new LinkedHashSet<>();
    for (int band = 0; band < keys.length; band++) {
      int number = newest.get(band).getOrDefault(keys[band], NONE);
      while (number != NONE && found.size() < MOST_COMPARED) {
        found.add(number);
        number = earlier.get(number)[band];
      }
    }
    return found;
  }

  private Optional<DuplicateMatch> mostSimilar(ShingleSample sample, int[] keys) {
    return candidates(keys).stream()
        .map(kept::get)
        .map(each -> new DuplicateMatch(each.position(), sample.similarity(each.shingles()), false))
        .filter(each -> each.similarity() >= threshold)
        .max(
            Comparator.comparingDouble(DuplicateMatch::similarity)
                .thenComparing(DuplicateMatch::position, Comparator.reverseOrder()));
  }

  /**
   * Division of a MinHash signature into bands for locality-sensitive hashing (Leskovec, Rajaraman
   * and Ullman, Mining of Massive Datasets, ch. 3): two texts of similarity {@code s} agree in all
   * rows of a band with probability {@code s^rows}, and in at least one band with {@code 1 - (1 -
   * s^rows)^bands}.
   *
   * @param rows MinHash values per band
   * @param bands number of bands
   */
  record Bands(int rows, int bands) {
    /** MinHash values per signature. */
    static final int SIGNATURE = 64;

    /** Least probability of a shared band at the threshold itself. */
    static final double RECALL = 0.99;

    /** Makes signatures of shingles. Not thread-safe. */
    static SimilarityHasher hasher() {
      return SimilarityHashing.superMinHash(SIGNATURE, Integer.SIZE).createHasher();
    }

    /**
     * The bands with the most rows, and so the fewest needless comparisons, that reach the recall.
     */
    static Bands forThreshold(double threshold) {
      for (int rows = SIGNATURE; rows > 1; rows--) {
        for (int bands = 1; bands <= SIGNATURE / rows; bands++) {
          Bands each = new Bands(rows, bands);
          if (each.meeting(threshold) >= RECALL) {
            return each;
          }
        }
      }
      return new Bands(1, SIGNATURE / 2);
    }

    /** Probability that two texts of this similarity have a band in common. */
    double meeting(double similarity) {
      return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
    }

    /** A hash of each band of a signature. */
    int[] of(byte[] signature) {
      int length = rows * Integer.BYTES;
      int[] keys = new int[bands];
      Arrays.setAll(
          keys,
          band -> (int) Hashing.komihash5_0().hashBytesToLong(signature, band * length, length));
      return keys;
    }
  }
}
