package dev.palinode.training;

/**
 * How far a run has come.
 *
 * @param steps that are done
 * @param bestSteps steps that were done when the validation loss was lowest; 0 if there was none
 * @param bestLoss that loss; infinite if there was none
 * @param sinceBest validations since then
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
