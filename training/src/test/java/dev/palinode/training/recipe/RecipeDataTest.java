package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
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

  private static List<List<String>> ownQuestions(List<Integer> examples) {
    return examples.stream().map(example -> List.of("question " + example)).toList();
  }

  @Property(tries = 100)
  void heldOut_andTheRest_areAllOfIt(
      @ForAll @IntRange(min = 10, max = 200) int examples, @ForAll long seed) {
    List<Integer> all = IntStream.range(0, examples).boxed().toList();
    HeldOut<Integer> split = HeldOut.split(all, ownQuestions(all), 0.1, seed);

    assertThat(split.validation()).hasSize(examples / 10);
    List<Integer> both = new ArrayList<>(split.training());
    both.addAll(split.validation());
    assertThat(both).containsExactlyInAnyOrderElementsOf(all);
    assertThat(HeldOut.split(all, ownQuestions(all), 0.1, seed)).isEqualTo(split);
    assertThat(HeldOut.split(all, ownQuestions(all), 0, seed).training()).isEqualTo(all);
  }

  @Property(tries = 100)
  void dialogue_isOnOneSideOnly(
      @ForAll @Size(min = 4, max = 60) List<@IntRange(max = 11) Integer> rows, @ForAll long seed) {
    Assume.that(rows.stream().map(row -> row % 4).distinct().count() > 1);
    // Rows 0, 4 and 8 are the first one, two and three questions of the same dialogue, and so on.
    List<List<String>> questions =
        rows.stream()
            .map(
                row ->
                    List.of("first " + row % 4, "second " + row % 4, "third")
                        .subList(0, 1 + row / 4))
            .toList();
    HeldOut<List<String>> split = HeldOut.split(questions, questions, 0.3, seed);

    assertThat(split.validation()).isNotEmpty();
    for (List<String> held : split.validation()) {
      for (List<String> trained : split.training()) {
        int shorter = Math.min(held.size(), trained.size());
        assertThat(held.subList(0, shorter)).isNotEqualTo(trained.subList(0, shorter));
      }
    }
  }

  @Test
  void tooFewToHoldSomeOut_isAnError() {
    List<List<String>> same = List.of(List.of("why"), List.of("why", "really"));
    assertThatThrownBy(() -> HeldOut.split(List.of(1, 2), same, 0.5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 examples of 1 dialogues: too few");
  }
}
