package dev.palinode.demo;

import java.io.IOException;
import java.util.List;

/**
 * The work on one model of a seed: it is made and evaluated.
 *
 * @param id name of the model
 * @param from the model that it is made from; {@link SeedFolder#UNTRAINED} for the first one
 * @param cost of the work, in any unit that is the same for all tasks
 * @param <R> the rows of the experiment's table
 */
public record ModelTask<R extends Enum<R>>(String id, String from, double cost, Work<R> work) {
  /** Makes a model and evaluates it. */
  @FunctionalInterface
  public interface Work<R extends Enum<R>> {
    /** Returns the rows of the table that this model has. */
    List<Result<R>> run(ExperimentProgress progress) throws IOException;
  }
}
