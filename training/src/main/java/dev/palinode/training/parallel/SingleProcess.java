package dev.palinode.training.parallel;

import dev.palinode.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** One process that trains alone: nobody to speak to, and everything is its own. */
public final class SingleProcess implements Replicas {
  private final List<Tensor> parameters;

  /**
   * @param parameters those that are trained
   */
  public SingleProcess(Collection<Tensor> parameters) {
    this.parameters = List.copyOf(parameters);
  }

  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public <E> List<E> share(List<E> batch, ToIntFunction<E> length) {
    return List.copyOf(batch);
  }

  @Override
  public void beforeLastBackward() {}

  @Override
  public void finishGradients() {}

  @Override
  public void clearGradients() {
    parameters.forEach(Tensor::clearGradient);
  }

  @Override
  public double[] sum(double... values) {
    return values.clone();
  }

  @Override
  public double[] fromFirst(double... values) {
    return values.clone();
  }

  @Override
  public void requireSame(String what, String value) {}

  @Override
  public Collection<Tensor> owned() {
    return parameters;
  }

  @Override
  public void shareParameters() {}

  @Override
  public void broadcastParameters() {}

  @Override
  public Optional<Tensor> fromOwner(Tensor parameter, Supplier<Tensor> state) {
    return Optional.of(state.get());
  }

  @Override
  public void barrier() {}

  @Override
  public void close() {
    clearGradients();
  }
}
