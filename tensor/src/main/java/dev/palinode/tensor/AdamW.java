package dev.palinode.tensor;

import java.util.ArrayList;
import java.util.Collection;
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
   * @param weightDecay at least 0, applied to every parameter
   */
  public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {
    public Settings {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "betas are " + beta1 + " and " + beta2 + ": expected numbers in [0, 1)");
      }
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon is " + epsilon + ": expected above 0");
      }
      if (!(weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "weight decay is " + weightDecay + ": expected 0 or more");
      }
    }
  }

  private final Settings settings;
  private final List<Tensor> parameters;
  private final List<Tensor> firstMoments = new ArrayList<>();
  private final List<Tensor> secondMoments = new ArrayList<>();
  private final List<Tensor> steps =
      new ArrayList<>(); // scalars, F32: what the operation counts in

  /**
   * @param parameters tensors that ask for gradients; they are changed in place and not owned
   */
  public AdamW(Collection<Tensor> parameters, Settings settings) {
    this.settings = settings;
    this.parameters = List.copyOf(parameters);
    for (Tensor parameter : this.parameters) {
      firstMoments.add(parameter.zerosLike(DType.F32).retain());
      secondMoments.add(parameter.zerosLike(DType.F32).retain());
      steps.add(Tensors.zeros(DType.F32, parameter.device()).retain());
    }
  }

  /**
   * Moves every parameter that has a gradient.
   *
   * @param learningRate at least 0
   */
  public void step(double learningRate) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      List<Tensor> moved = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      List<Tensor> first = new ArrayList<>();
      List<Tensor> second = new ArrayList<>();
      List<Tensor> counts = new ArrayList<>();
      for (int i = 0; i < parameters.size(); i++) {
        Tensor gradient = parameters.get(i).gradient();
        if (gradient == null) {
          continue;
        }
        moved.add(parameters.get(i));
        gradients.add(gradient);
        first.add(firstMoments.get(i));
        second.add(secondMoments.get(i));
        steps.get(i).handle.add_(new Scalar(1));
        counts.add(steps.get(i));
      }
      OPERATOR.run(
          OPERATOR.list(0, moved),
          OPERATOR.list(1, gradients),
          OPERATOR.list(2, first),
          OPERATOR.list(3, second),
          OPERATOR.emptyList(4), // the maxima of the amsgrad variant
          OPERATOR.list(5, counts),
          new IValue(learningRate),
          new IValue(settings.beta1()),
          new IValue(settings.beta2()),
          new IValue(settings.weightDecay()),
          new IValue(settings.epsilon()),
          new IValue(false), // amsgrad
          new IValue(false), // maximize
          new IValue(), // scale of the gradients
          new IValue()); // infinity found
    }
  }

  /** Forgets all gradients. */
  public void clearGradients() {
    parameters.forEach(Tensor::clearGradient);
  }

  @Override
  public void close() {
    firstMoments.forEach(Tensor::close);
    secondMoments.forEach(Tensor::close);
    steps.forEach(Tensor::close);
  }
}
