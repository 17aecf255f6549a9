package dev.palinode.training;

import java.util.List;

/**
 * The examples of every step, as a pure function of the step: asked again, it gives the same again.
 *
 * @param <E> what one example is
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
