package dev.palinode.data.overlap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds texts that nearly repeat an earlier one, as they come by: min-hashing and
 * locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive
 * Datasets, ch. 3), with every find checked.
 *
 * <ol>
 *   <li>A text whose words are the same, in the same order, as those of a kept one is its
 *       duplicate, always.
 *   <li>Otherwise the kept texts are looked at that share a band of min-hashes with it, at most
 *       {@value #MOST_COMPARED} of them. It duplicates the most similar, the earliest among equals,
 *       if that reaches {@link Similarity#threshold}.
 *   <li>Otherwise it is kept.
 * </ol>
 *
 * <p><b>What is promised.</b> Nothing is reported below the threshold where both texts have up to
 * 256 different shingles; beyond, similarities are estimates from 128 to 256 of the shingles, with
 * a standard error of 0.03, and so are decisions near the threshold. A pair at the threshold is
 * compared with a probability of 0.99, a pair above it almost surely; with less in data in which
 * more than {@value #MOST_COMPARED} other texts share a band with one. Only kept texts are compared
 * with: a chain of small changes may keep its end, too.
 *
 * <p>The same texts in the same order, with the same settings, give the same finds. A kept text
 * takes 300 bytes and four for every word, and never more than 1.5 KiB. Not thread-safe; {@link
 * #sketch} alone may be called by any thread at any time.
 */
public final class NearDuplicates {
  /** Kept texts with which one text is compared, at most. */
  public static final int MOST_COMPARED = 64;

  private record Kept(long position, ShingleSample shingles) {}

  private final Similarity similarity;
  private final Bands bands;
  private final FirstSeen exact = new FirstSeen();
  private final BandTable table;
  private final List<Kept> kept = new ArrayList<>();
  private final int[] candidates = new int[MOST_COMPARED];

  /** Starts without texts. */
  public NearDuplicates(Similarity similarity) {
    this.similarity = similarity;
    bands = Bands.forThreshold(similarity.threshold());
    table = new BandTable(bands.bands());
  }

  /** What is to be {@linkplain #add(long, Sketch) added} of a text: most of the work. */
  public Sketch sketch(Words words) {
    return Sketch.of(words, similarity, bands);
  }

  /** Adds a text; as {@link #add(long, Sketch)}. */
  public Optional<DuplicateMatch> add(long position, String text) {
    return add(position, sketch(Words.of(text)));
  }

  /**
   * Adds a text.
   *
   * @param position what the caller calls it, from 0
   * @param sketch from this object, or one with the same settings
   * @return the kept text that it duplicates; empty if there is none, and this one is kept. A text
   *     without words duplicates nothing.
   * @throws IllegalArgumentException if the position is negative
   */
  public Optional<DuplicateMatch> add(long position, Sketch sketch) {
    ExactDuplicates.requirePosition(position);
    if (sketch.isEmpty()) {
      return Optional.empty();
    }
    long same = exact.find(sketch.high(), sketch.low());
    if (same != FirstSeen.NEW) {
      return Optional.of(new DuplicateMatch(same, 1, true));
    }
    Optional<DuplicateMatch> near = mostSimilar(sketch);
    if (near.isEmpty()) {
      keep(position, sketch);
    }
    return near;
  }

  private Optional<DuplicateMatch> mostSimilar(Sketch sketch) {
    int count = table.find(sketch.bands(), candidates);
    double best = 0;
    long position = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      Kept each = kept.get(candidates[i]);
      double similar = sketch.shingles().similarity(each.shingles());
      if (similar > best || (similar == best && each.position() < position)) {
        best = similar;
        position = each.position();
      }
    }
    return best < similarity.threshold()
        ? Optional.empty()
        : Optional.of(new DuplicateMatch(position, best, false));
  }

  private void keep(long position, Sketch sketch) {
    exact.put(sketch.high(), sketch.low(), position);
    table.add(sketch.bands());
    kept.add(new Kept(position, sketch.shingles()));
  }
}
