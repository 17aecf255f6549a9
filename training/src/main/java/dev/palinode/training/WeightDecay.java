package dev.palinode.training;

import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.autograd.AdamW;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Decoupled weight decay: its rate, and which weights decay.
 *
 * @param rate at least 0
 * @param vectorsToo whether norms and biases decay as well; usually only matrices do
 */
public record WeightDecay(double rate, boolean vectorsToo) {
  public WeightDecay {
    Validate.isTrue(
        rate >= 0 && rate < Double.POSITIVE_INFINITY,
        "weight decay is %s: expected 0 or more",
        rate);
  }

  /** Parameter groups with equal decay. */
  List<AdamW.Group> groups(Collection<Tensor> parameters) {
    List<Tensor> decaying = new ArrayList<>();
    List<Tensor> fixed = new ArrayList<>();
    for (Tensor parameter : parameters) {
      (vectorsToo || parameter.shape().length > 1 ? decaying : fixed).add(parameter);
    }
    return List.of(new AdamW.Group(decaying, rate), new AdamW.Group(fixed, 0));
  }
}
