package dev.palinode.training;

import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The trained parameters: all weights of a model, or those of an adapter on it. Owns nothing. */
public final class TrainableParameters {
  private final Transformer model;
  private final @Nullable LoraAdapter adapter;

  private TrainableParameters(Transformer model, @Nullable LoraAdapter adapter) {
    this.model = model;
    this.adapter = adapter;
  }

  /** All weights of a model in the form for training. */
  public static TrainableParameters all(Transformer model) {
    return new TrainableParameters(model, null);
  }

  /** The weights of an adapter, which is enabled; the model's weights do not change. */
  public static TrainableParameters of(LoraAdapter adapter, Transformer model) {
    model.useAdapters(List.of(adapter));
    return new TrainableParameters(model, adapter);
  }

  /** The model that is run. */
  public Transformer model() {
    return model;
  }

  /** The trained weights by name, in a fixed order. */
  public Map<String, Tensor> parameters() {
    return adapter == null ? model.parameters() : adapter.parameters();
  }

  /**
   * Whether one backward pass may add the gradient of a parameter in several parts. True for
   * everything outside the blocks: a large output head, which may be tied to the embedding, is
   * computed in chunks.
   */
  public boolean comesInParts(Tensor parameter) {
    return parameters().entrySet().stream()
        .noneMatch(each -> each.getValue() == parameter && each.getKey().contains(".layers."));
  }

  void setTrainable(boolean trainable) {
    if (adapter == null) {
      model.setTrainable(trainable);
    } else {
      adapter.setTrainable(trainable);
    }
  }

  /** Seeds the dropout of the next forward and backward pass: equal seeds, equal masks. */
  void beginPass(long seed) {
    if (adapter != null) {
      adapter.startPass(seed);
    }
  }

  void endPasses() {
    if (adapter != null) {
      adapter.stopDropout();
    }
  }
}
