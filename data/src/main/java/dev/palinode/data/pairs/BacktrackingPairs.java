package dev.palinode.data.pairs;

import dev.palinode.data.RecordSink;
import dev.palinode.data.SafetyTriple;
import java.io.IOException;

/**
 * Keeps the pairs with one safe and one unsafe answer, and counts the others. Not thread-safe:
 * labelling may use several threads, what comes of it arrives in the order of the data.
 */
public final class BacktrackingPairs implements RecordSink<LabelledPair> {
  private final RecordSink<? super SafetyTriple> out;
  private final PairReport report = new PairReport();

  /**
   * @param out takes each pair that is kept
   */
  public BacktrackingPairs(RecordSink<? super SafetyTriple> out) {
    this.out = out;
  }

  @Override
  public void accept(LabelledPair labelled) throws IOException {
    report.add(labelled);
    if (labelled.outcome().isKept()) {
      out.accept(labelled.toTriple());
    }
  }

  /** What has become of the pairs so far. */
  public PairReport report() {
    return report;
  }
}
