package dev.palinode.tensor.autograd;

import dev.palinode.tensor.AtenOperator;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.commons.lang3.Validate;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.Scalar;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, 2019), as one fused native operation
 * over all parameters:
 *
 * <pre>
 * p *= 1 - lr * weightDecay
 * m  = beta1 * m + (1 - beta1) * g
 * v  = beta2 * v + (1 - beta2) * g^2
 * p -= lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>Holds two tensors of each parameter's size until it is closed. Not thread-safe.
 */
public final class AdamW implements AutoCloseable {
  private static final AtenOperator OPERATOR = AtenOperator.named("aten::_fused_adamw_");

  /**
   * The constants of the update.
   *
   * @param beta1 decay of the first moment, in [0, 1)
   * @param beta2 decay of the second moment, in [0, 1)
   * @param epsilon keeps the division finite, positive
   */
  public record Settings(double beta1, double beta2, double epsilon) {
    public Settings {
      Validate.isTrue(
          beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
          "betas are %s and %s: expected numbers in [0, 1)",
          beta1,
          beta2);
      Validate.isTrue(epsilon > 0, "epsilon is %s: expected above 0", epsilon);
    }
  }

  /**
   * Parameters with the same weight decay.
   *
   * @param parameters tensors that require gradients; updated in place, not owned
   * @param weightDecay at least 0
   */
  public record Group(List<Tensor> parameters, double weightDecay) {
    public Group {
      Validate.isTrue(weightDecay >= 0, "weight decay is %s: expected 0 or more", weightDecay);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * The optimizer state of one parameter.
   *
   * @param first running mean of its gradients, of its shape, F32
   * @param second running mean of their squares, likewise
   * @param steps number of updates, a scalar, F32, as the operation counts
   */
  public record Moments(Tensor first, Tensor second, Tensor steps) {}

  private final Settings settings;
  private final List<Group> groups;
  private final IdentityHashMap<Tensor, Moments> moments = new IdentityHashMap<>();

  public AdamW(List<Group> groups, Settings settings) {
    this.settings = settings;
    this.groups = List.copyOf(groups);
    try (TensorScope scope = TensorScope.open()) {
      for (Group group : this.groups) {
        for (Tensor parameter : group.parameters()) {
          moments.put(
              parameter,
              new Moments(
                  parameter.zerosLike(DType.F32).retain(),
                  parameter.zerosLike(DType.F32).retain(),
                  Tensors.zeros(DType.F32, parameter.device()).retain()));
        }
      }
    }
  }

  /**
   * The state of a parameter that this {@link #moves}: to be read, or written to when a run is
   * resumed; not to be closed.
   */
  public Moments moments(Tensor parameter) {
    Moments of = moments.get(parameter);
    if (of == null) {
      throw new IllegalArgumentException("the optimiser does not move this tensor " + parameter);
    }
    return of;
  }

  /** Whether this optimizer updates a parameter. */
  public boolean moves(Tensor parameter) {
    return moments.containsKey(parameter);
  }

  /** Updates every parameter that has a gradient. */
  public void step(double learningRate) {
    groups.forEach(group -> step(group, learningRate));
  }

  private void step(Group group, double learningRate) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      List<Tensor> moved = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      for (Tensor parameter : group.parameters()) {
        Tensor gradient = parameter.gradient();
        if (gradient != null) {
          moved.add(parameter);
          gradients.add(gradient);
        }
      }
      if (moved.isEmpty()) {
        return;
      }
      List<Moments> state = moved.stream().map(this::moments).toList();
      state.forEach(of -> of.steps().handle.add_(new Scalar(1)));
      OPERATOR.run(
          OPERATOR.list(0, moved),
          OPERATOR.list(1, gradients),
          OPERATOR.list(2, state.stream().map(Moments::first).toList()),
          OPERATOR.list(3, state.stream().map(Moments::second).toList()),
          OPERATOR.list(4, List.of()), // maxima, for amsgrad
          OPERATOR.list(5, state.stream().map(Moments::steps).toList()),
          new IValue(learningRate),
          new IValue(settings.beta1()),
          new IValue(settings.beta2()),
          new IValue(group.weightDecay()),
          new IValue(settings.epsilon()),
          new IValue(false), // amsgrad
          new IValue(false), // maximize
          new IValue(), // grad_scale
          new IValue()); // found_inf
    }
  }

  @Override
  public void close() {
    for (Moments of : moments.values()) {
      of.first().close();
      of.second().close();
      of.steps().close();
    }
  }
}
