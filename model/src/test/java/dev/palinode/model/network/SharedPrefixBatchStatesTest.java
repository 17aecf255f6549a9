package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.tensor.RandomStream;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Hidden states and gradients of trees are those of their sequences, each computed alone. */
class SharedPrefixBatchStatesTest {
  /** Largest difference allowed, relative to the largest value. */
  private static final float ROUNDING = 1e-4f;

  static Stream<Path> models() throws IOException {
    try (Stream<Path> all = Files.list(Fixtures.fixture("models"))) {
      return all.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void ofFixtures_equalTheSequencesAlone(Path model) throws IOException {
    try (Transformer network = Checkpoint.open(model).load()) {
      assertEqualToSequences(network, 2);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModels.class)
  void ofEveryVariation_equalTheSequencesAlone(TinyModels model) {
    try (Transformer network = model.random(5)) {
      assertEqualToSequences(network, 4);
    }
  }

  @ParameterizedTest
  @EnumSource(TinyModels.class)
  @Tag("slow")
  void manyOfEveryVariation_equalTheSequencesAlone(TinyModels model) {
    try (Transformer network = model.random(5)) {
      assertEqualToSequences(network, 20);
    }
  }

  /** Sequences of the first batch share nothing, which is computed in another way. */
  private static void assertEqualToSequences(Transformer network, int batches) {
    network.setTrainable(true);
    for (int seed = 0; seed < batches; seed++) {
      Random random = new Random(seed);
      boolean several = seed > 0;
      List<SharedPrefixBatch> trees =
          IntStream.range(0, 1 + random.nextInt(3))
              .mapToObj(i -> tree(random, network.config(), several))
              .toList();
      Map<String, float[]> together = new LinkedHashMap<>();
      Map<String, float[]> alone = new LinkedHashMap<>();
      try (TensorScope scope = TensorScope.open()) {
        SharedPrefixStates states = network.hiddenStates(trees);
        Tensor gathered = states.flat().indexSelect(0, places(states, trees));
        together.put("hidden states", gathered.toFloats());
        addGradients(network, gathered, together);
      }
      try (TensorScope scope = TensorScope.open()) {
        List<Tensor> rows = new ArrayList<>();
        for (SharedPrefixBatch tree : trees) {
          for (int[] suffix : tree.suffixes()) {
            long[] ids =
                IntStream.concat(Arrays.stream(tree.prefix()), Arrays.stream(suffix))
                    .asLongStream()
                    .toArray();
            rows.add(network.hiddenStates(Tensors.of(ids, 1, ids.length)).select(0, 0));
          }
        }
        Tensor joined = Tensors.concatenate(rows, 0);
        alone.put("hidden states", joined.toFloats());
        addGradients(network, joined, alone);
      }
      assertThat(together.keySet()).isEqualTo(alone.keySet());
      for (String name : alone.keySet()) {
        assertClose(name + " of " + trees, together.get(name), alone.get(name));
      }
    }
  }

  private static SharedPrefixBatch tree(Random random, ModelConfig config, boolean several) {
    int[] prefix = ids(random, config, 1 + random.nextInt(14));
    int suffixes = several ? 1 + random.nextInt(3) : 1;
    return new SharedPrefixBatch(
        prefix,
        IntStream.range(0, suffixes)
            .mapToObj(i -> ids(random, config, random.nextInt(4) == 0 ? 0 : random.nextInt(14)))
            .toList());
  }

  private static int[] ids(Random random, ModelConfig config, int length) {
    return random.ints(length, 0, config.vocabSize()).toArray();
  }

  private static Tensor places(SharedPrefixStates states, List<SharedPrefixBatch> trees) {
    List<Long> places = new ArrayList<>();
    for (int tree = 0; tree < trees.size(); tree++) {
      for (int suffix = 0; suffix < trees.get(tree).suffixes().size(); suffix++) {
        int length =
            trees.get(tree).prefix().length + trees.get(tree).suffixes().get(suffix).length;
        for (int i = 0; i < length; i++) {
          places.add(states.place(tree, suffix, i));
        }
      }
    }
    return Tensors.of(places.stream().mapToLong(Long::longValue).toArray(), places.size());
  }

  private static void addGradients(Transformer network, Tensor states, Map<String, float[]> to) {
    states.times(Tensors.normal(0, 1, new RandomStream(1), states.shape())).sum().backward();
    network
        .parameters()
        .forEach(
            (name, weight) -> {
              if (weight.gradient() != null) { // a head of its own has none here
                to.put(name, weight.gradient().toFloats());
              }
              weight.clearGradient();
            });
  }

  private static void assertClose(String what, float[] actual, float[] expected) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(actual).as(what).containsExactly(expected, within(ROUNDING * largest));
  }

  @Test
  void plainRows_areComputedAsSequences_bitForBit() {
    int[] ids = {3, 1, 4, 1, 5};
    try (Transformer network = TinyModels.QWEN2.random(1);
        TensorScope scope = TensorScope.open()) {
      float[] expected =
          network
              .hiddenStates(Tensors.of(Arrays.stream(ids).asLongStream().toArray(), 1, ids.length))
              .toFloats();

      SharedPrefixBatch split =
          new SharedPrefixBatch(new int[] {3, 1}, List.of(new int[] {}, new int[] {4, 1, 5}));
      assertThat(
              network
                  .hiddenStates(List.of(SharedPrefixBatch.joining(List.of(ids))))
                  .flat()
                  .toFloats())
          .isEqualTo(expected);
      assertThat(network.hiddenStates(List.of(split)).flat().toFloats()).isEqualTo(expected);
    }
  }

  @Test
  void manySuffixes_mayBeLongerTogetherThanTheContext_butNoSequence() {
    int context = TinyModels.MISTRAL.config.contextLength();
    int[] half = new int[context / 2];
    try (Transformer network = TinyModels.MISTRAL.random(1);
        TensorScope scope = TensorScope.open()) {
      SharedPrefixStates states =
          network.hiddenStates(List.of(new SharedPrefixBatch(half, List.of(half, half, half))));
      assertThat(states.flat().size(0)).isEqualTo(2L * context);
      assertThat(states.place(0, 2, context - 1)).isEqualTo(2L * context - 1);
      assertThatThrownBy(() -> states.place(0, 2, context))
          .isInstanceOf(IndexOutOfBoundsException.class);

      SharedPrefixBatch tooLong = new SharedPrefixBatch(half, List.of(half, new int[context]));
      assertThatThrownBy(() -> network.hiddenStates(List.of(tooLong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at most " + context);
    }
  }
}
