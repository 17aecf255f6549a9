package dev.palinode.demo;

import java.util.List;
import java.util.function.Supplier;

/**
 * One seed of an experiment: a base model, then parts that need the base and not each other.
 *
 * @param <R> a result
 */
interface ExperimentSeed<R> extends AutoCloseable {
  /** Is told of work as it is done, in units of the seed's cost. */
  interface Progress {
    void done(double cost, String doing);
  }

  /** Makes the base; called once, before all parts. */
  List<R> base();

  /** What can be done once the base stands, side by side. */
  List<Supplier<List<R>>> parts();

  @Override
  void close();
}
