package dev.palinode.training.recipe;

import java.time.Duration;

/**
 * Settings of a run: checkpoints, validation and sharding.
 *
 * @param checkpointEvery steps between checkpoints, from which an interrupted run continues
 * @param checkpointMinutes a checkpoint is also written when the last one is this old
 * @param keepCheckpoints number of newest checkpoints that are kept
 * @param validateEvery steps between validations; used if {@code validation_fraction} is above 0
 * @param patience the run ends after this number of validations without a lower loss; 0 for no
 *     early stopping
 * @param shardOptimizer with several processes, each keeps a part of the optimiser state (ZeRO-1)
 */
record RunSettings(
    int checkpointEvery,
    double checkpointMinutes,
    int keepCheckpoints,
    int validateEvery,
    int patience,
    boolean shardOptimizer) {
  private static final int MOST_MINUTES = 1_000_000;

  RunSettings {
    new Checks()
        .require(checkpointEvery >= 1, "checkpoint_every", checkpointEvery, "1 or more")
        .require(
            checkpointMinutes > 0 && checkpointMinutes <= MOST_MINUTES,
            "checkpoint_minutes",
            checkpointMinutes,
            "above 0, at most " + MOST_MINUTES)
        .require(keepCheckpoints >= 1, "keep_checkpoints", keepCheckpoints, "1 or more")
        .require(validateEvery >= 1, "validate_every", validateEvery, "1 or more")
        .require(patience >= 0, "patience", patience, "0 or more")
        .done();
  }

  Duration checkpointTime() {
    return Duration.ofNanos((long) (checkpointMinutes * 60e9));
  }
}
