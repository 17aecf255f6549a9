package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is held out, and the order of the rest. */
class RecipeDataTest {
  @Property(tries = 100)
  void everyExample_comesOncePerEpoch_inAnOrderOfItsOwn(
      @ForAll @IntRange(min = 1, max = 60) int examples,
      @ForAll @IntRange(min = 1, max = 20) int batchSize,
      @ForAll long seed) {
    ShuffledEpochs<Integer> epochs =
        new ShuffledEpochs<>(examples, (place, random) -> List.of(place), batchSize, seed);
    for (int epoch = 0; epoch < 2; epoch++) {
      List<Integer> seen = new ArrayList<>();
      for (int step = 0; step < epochs.stepsPerEpoch(); step++) {
        seen.addAll(epochs.batch(epoch * epochs.stepsPerEpoch() + step));
      }
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, examples).boxed().toList());
    }
    int any = (int) Math.floorMod(seed, 2L * epochs.stepsPerEpoch());
    ShuffledEpochs<Integer> again =
        new ShuffledEpochs<>(examples, (place, random) -> List.of(place), batchSize, seed);
    assertThat(again.batch(any)).isEqualTo(epochs.batch(any));
  }

  @Property(tries = 100)
  void heldOut_andTheRest_areAllOfIt(
      @ForAll @IntRange(min = 10, max = 200) int examples, @ForAll long seed) {
    List<Integer> all = IntStream.range(0, examples).boxed().toList();
    HeldOut<Integer> split = HeldOut.split(all, 0.1, seed);

    assertThat(split.validation()).hasSize(examples / 10);
    List<Integer> both = new ArrayList<>(split.training());
    both.addAll(split.validation());
    assertThat(both).containsExactlyInAnyOrderElementsOf(all);
    assertThat(HeldOut.split(all, 0.1, seed)).isEqualTo(split);
    assertThat(HeldOut.split(all, 0, seed).training()).isEqualTo(all);
  }

  @Test
  void tooFewToHoldSomeOut_isAnError() {
    assertThatThrownBy(() -> HeldOut.split(List.of(1), 0.5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 examples: too few");
  }
}
