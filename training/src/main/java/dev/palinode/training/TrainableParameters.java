package dev.palinode.training;

import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What training moves: all weights of a model, or those of an adapter on it. Owns nothing. */
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

  /** The weights of an adapter, which is switched on; those of the model stay as they are. */
  public static TrainableParameters of(LoraAdapter adapter, Transformer model) {
    model.useAdapters(List.of(adapter));
    return new TrainableParameters(model, adapter);
  }

  /** The model that is computed with. */
  public Transformer model() {
    return model;
  }

  /** The weights that move, by name, in a fixed order. */
  public Map<String, Tensor> parameters() {
    return adapter == null ? model.parameters() : adapter.parameters();
  }

  /** Number of weights that move. */
  public long count() {
    return parameters().values().stream().mapToLong(Tensor::elements).sum();
  }

  /**
   * Whether the gradient of a parameter may be added in several parts in one backward pass: that of
   * everything outside the blocks, as the output head, which may be the embedding too, is computed
   * in pieces where it is large.
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

  /**
   * The part of the computation that follows draws its dropout from this seed.
   *
   * @param seed the same gives the same masks
   */
  void beginPass(long seed) {
    if (adapter != null) {
      adapter.startPass(seed);
    }
  }

  /** Nothing is dropped any more. */
  void endPasses() {
    if (adapter != null) {
      adapter.stopDropout();
    }
  }
}
