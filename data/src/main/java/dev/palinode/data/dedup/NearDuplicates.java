package dev.palinode.data.dedup;

import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHasher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Streaming near-duplicate detection with MinHash and locality-sensitive hashing (Broder 1997; Ertl
 * 2017, SuperMinHash; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). Every
 * candidate is verified.
 *
 * <ol>
 *   <li>A text with the same words in the same order as a kept text is always its duplicate.
 *   <li>Otherwise it is compared with at most {@value #MOST_COMPARED} kept texts that have a
 *       MinHash band in common with it. It is a duplicate of the most similar one, the earliest of
 *       equal ones, if their similarity reaches {@link Similarity#threshold}.
 *   <li>Otherwise it is kept.
 * </ol>
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

  private static final int NONE = -1;

  private record Kept(long position, ShingleSample shingles) {}

  private final Similarity similarity;
  private final Bands bands;
  private final SimilarityHasher hasher = Bands.hasher();
  private final Map<Long, Long> positions = new HashMap<>(); // by the hash of all words
  private final List<Kept> kept = new ArrayList<>();
  private final List<Map<Integer, Integer>> newest = new ArrayList<>(); // by band and its key
  private final List<int[]> earlier = new ArrayList<>(); // by text and band: previous, same key

  /** A detector without texts. */
  public NearDuplicates(Similarity similarity) {
    this.similarity = similarity;
    bands = Bands.forThreshold(similarity.threshold());
    for (int band = 0; band < bands.bands(); band++) {
      newest.add(new HashMap<>());
    }
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
    if (position < 0) {
      throw new IllegalArgumentException("position is " + position + ": expected 0 or more");
    }
    if (words.count() == 0) {
      return Optional.empty();
    }
    Long same = positions.get(words.all());
    if (same != null) {
      return Optional.of(new DuplicateMatch(same, 1, true));
    }
    long[] shingles = words.runs(Math.min(similarity.shingle(), words.count()));
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
    double best = 0;
    long position = Long.MAX_VALUE;
    for (int number : candidates(keys)) {
      Kept each = kept.get(number);
      double similar = sample.similarity(each.shingles());
      if (similar > best || (similar == best && each.position() < position)) {
        best = similar;
        position = each.position();
      }
    }
    return best < similarity.threshold()
        ? Optional.empty()
        : Optional.of(new DuplicateMatch(position, best, false));
  }
}
