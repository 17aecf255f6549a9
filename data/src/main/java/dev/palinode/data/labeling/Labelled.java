package dev.palinode.data.labeling;

import dev.palinode.guard.Verdict;
import java.util.List;

/**
 * A row with the verdicts on its answers.
 *
 * @param row the row, unchanged
 * @param verdicts one for each answer, in their order
 * @param <T> the kind of row
 */
public record Labelled<T>(T row, List<Verdict> verdicts) {
  public Labelled {
    verdicts = List.copyOf(verdicts);
  }
}
