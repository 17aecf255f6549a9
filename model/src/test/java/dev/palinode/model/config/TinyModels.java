package dev.palinode.model.config;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Small configurations, one for each variation of the network, and random models of them. */
public enum TinyModels {
  LLAMA(Architecture.LLAMA, 4, 0, 0, false, 0, plain(new RopeScaling.Llama3(8, 1, 4, 32))),
  LLAMA_LINEAR(Architecture.LLAMA, 1, 0, 0, false, 0, plain(new RopeScaling.Linear(4))),
  LLAMA_YARN(
      Architecture.LLAMA, 2, 0, 0, true, 0, plain(new RopeScaling.Yarn(4, 50, 32, 1, true, 1.14))),
  MISTRAL(Architecture.MISTRAL, 2, 7, 1, false, 0, plain(new RopeScaling.None())),
  QWEN2(Architecture.QWEN2, 2, 0, 0, true, 0, plain(new RopeScaling.None())),
  QWEN2_SLIDING(Architecture.QWEN2, 2, 5, 2, true, 0, plain(new RopeScaling.None())),
  QWEN3(Architecture.QWEN3, 2, 0, 0, false, 0, plain(new RopeScaling.None())),
  GEMMA2(Architecture.GEMMA2, 2, 9, 2, false, 4, plain(new RopeScaling.None())),
  PHI3(Architecture.PHI3, 4, 11, 1, false, 0, partial());

  @SuppressWarnings("ImmutableEnumChecker") // a record whose lists are copies
  public final ModelConfig config;

  /**
   * @param groups query heads per key head
   * @param window of layers that slide
   * @param every which layers slide: each, every other; 0 for none
   */
  TinyModels(
      Architecture architecture,
      int groups,
      int window,
      int every,
      boolean bias,
      double softcap,
      RotaryConfig rotary) {
    int layers = 3;
    List<Integer> windows =
        every == 0
            ? Collections.nCopies(layers, 0)
            : IntStream.range(0, layers).map(i -> i % every == 0 ? window : 0).boxed().toList();
    AttentionConfig attention =
        new AttentionConfig(4, 4 / groups, 16, 0.2, softcap, bias, bias, windows);
    config =
        new ModelConfig(
            architecture,
            50,
            32,
            48,
            layers,
            200,
            1e-5,
            architecture == Architecture.GEMMA2,
            bias,
            softcap * 3,
            attention,
            rotary);
  }

  private static RotaryConfig plain(RopeScaling scaling) {
    return new RotaryConfig(10_000, 1, scaling);
  }

  private static RotaryConfig partial() {
    List<Double> shortFactors = List.of(1.0, 1.1, 1.2, 1.3, 1.4, 1.5);
    List<Double> longFactors = List.of(1.0, 1.5, 2.0, 3.0, 4.0, 5.0);
    return new RotaryConfig(
        10_000, 0.75, new RopeScaling.LongRope(shortFactors, longFactors, 100, 1.2));
  }

  /** A model whose logits depend visibly on every token and every weight. */
  public Transformer random(long seed) {
    Transformer network = Transformer.initialise(config, seed);
    RandomStream random = new RandomStream(seed + 1);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      for (Tensor weight : network.parameters().values()) {
        Tensor noise = Tensors.normal(0, 0.2, random, weight.shape());
        weight.copyInPlace(weight.times(2).plus(noise));
      }
    }
    return network;
  }
}
