package dev.palinode.training;

import java.util.List;

/**
 * Examples that are never trained on, whose loss decides when to stop.
 *
 * @param examples at least one
 * @param everySteps how often their loss is computed; also at the end
 * @param patience the run ends when the loss was not lower than the lowest so far this number of
 *     times in a row; 0 to never end early
 * @param <E> what one example is
 */
public record Validation<E>(List<E> examples, int everySteps, int patience) {
  public Validation {
    examples = List.copyOf(examples);
    if (examples.isEmpty() || everySteps < 1 || patience < 0) {
      throw new IllegalArgumentException(
          "validation on "
              + examples.size()
              + " examples every "
              + everySteps
              + " steps with patience "
              + patience
              + ": expected some examples, 1 step or more, and patience 0 or more");
    }
  }
}
