package dev.palinode.training;

/**
 * Progress of a run.
 *
 * @param steps done
 * @param bestSteps steps done at the lowest validation loss; 0 before the first validation
 * @param bestLoss lowest validation loss; infinite before the first validation
 * @param sinceBest validations since the lowest loss
 */
public record Progress(int steps, int bestSteps, double bestLoss, int sinceBest) {
  static final Progress START = new Progress(0, 0, Double.POSITIVE_INFINITY, 0);

  Progress withSteps(int done) {
    return new Progress(done, bestSteps, bestLoss, sinceBest);
  }

  Progress validated(double loss) {
    return loss < bestLoss
        ? new Progress(steps, steps, loss, 0)
        : new Progress(steps, bestSteps, bestLoss, sinceBest + 1);
  }
}
