package dev.palinode.tensor.autograd;

import dev.palinode.tensor.AtenOperator;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
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
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "betas are " + beta1 + " and " + beta2 + ": expected numbers in [0, 1)");
      }
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon is " + epsilon + ": expected above 0");
      }
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
      if (!(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "weight decay is " + weightDecay + ": expected 0 or more");
      }
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

  /**
   * @param groups each parameter belongs to one of them
   */
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
   * The state of a parameter: to be read, or written to when a run is resumed. Do not close it.
   *
   * @throws IllegalArgumentException if this optimizer does not update the parameter
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

  /**
   * Updates every parameter that has a gradient.
   *
   * @param learningRate at least 0
   */
  public void step(double learningRate) {
    for (Group group : groups) {
      step(group, learningRate);
    }
  }

  private void step(Group group, double learningRate) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      List<Tensor> moved = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      List<Tensor> first = new ArrayList<>();
      List<Tensor> second = new ArrayList<>();
      List<Tensor> counts = new ArrayList<>();
      for (Tensor parameter : group.parameters()) {
        Tensor gradient = parameter.gradient();
        if (gradient == null) {
          continue;
        }
        Moments of = moments(parameter);
        moved.add(parameter);
        gradients.add(gradient);
        first.add(of.first());
        second.add(of.second());
        of.steps().handle.add_(new Scalar(1));
        counts.add(of.steps());
      }
      if (moved.isEmpty()) {
        return;
      }
      OPERATOR.run(
          OPERATOR.list(0, moved),
          OPERATOR.list(1, gradients),
          OPERATOR.list(2, first),
          OPERATOR.list(3, second),
          OPERATOR.emptyList(4), // maxima, for amsgrad
          OPERATOR.list(5, counts),
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
