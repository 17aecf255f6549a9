package dev.palinode.training;

import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Validation examples, which are never trained on, and the settings of early stopping.
 *
 * @param examples at least one
 * @param everySteps steps between validations; also at the end
 * @param patience the run ends after this number of validations in a row without a new lowest loss;
 *     0 for no early stopping
 * @param <E> type of an example
 */
public record Validation<E>(List<E> examples, int everySteps, int patience) {
  public Validation {
    examples = List.copyOf(examples);
    Validate.isTrue(
        !examples.isEmpty() && everySteps >= 1 && patience >= 0,
        "validation on %s examples every %s steps with patience %s: expected some examples, 1 step"
            + " or more, and patience 0 or more",
        examples.size(),
        everySteps,
        patience);
  }
}
