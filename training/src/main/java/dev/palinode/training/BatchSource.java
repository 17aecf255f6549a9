package dev.palinode.training;

import java.util.List;

/**
 * Source of the examples of each step: a pure function of the step number.
 *
 * @param <E> type of an example
 */
@FunctionalInterface
public interface BatchSource<E> {
  /**
   * The examples of a step.
   *
   * @param step from 0
   * @return at least one
   */
  List<E> batch(int step);
}
