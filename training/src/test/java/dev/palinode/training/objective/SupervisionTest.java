package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SupervisionTest {
  private static final int RESET = 99;
  private static final TokenizedExample HAZARD =
      new TokenizedExample(new int[] {1, 2}, new int[] {30, 31, 0}, new int[] {40, 41, 42});
  private static final TokenizedExample UTILITY =
      new TokenizedExample(new int[] {1, 2}, new int[] {30, 0}, new int[0]);

  @Test
  void backtracking_learnsResetAndSafeAnswer_butNothingOfTheUnsafeOne() {
    SupervisedSequence sequence = Supervision.backtrack(HAZARD, 2, RESET);

    assertThat(sequence.ids()).containsExactly(1, 2, 40, 41, RESET, 30, 31, 0);
    assertThat(sequence.lossStart()).isEqualTo(4);
    assertThat(sequence.supervisedTokens()).isEqualTo(4);
  }

  @Test
  void recovery_isBacktrackingWithoutTheToken() {
    List<SupervisedSequence> sequences =
        Supervision.RECOVERY.sequences(HAZARD, RESET, new SplittableRandom(1));
    SupervisedSequence backtracking =
        Supervision.BACKTRACKING.sequences(HAZARD, RESET, new SplittableRandom(1)).get(1);

    assertThat(sequences).hasSize(2);
    assertThat(sequences.get(1).lossStart()).isEqualTo(backtracking.lossStart());
    assertThat(sequences.get(1).ids())
        .containsExactly(Arrays.stream(backtracking.ids()).filter(id -> id != RESET).toArray());
    assertThat(Supervision.RECOVERY.longest(HAZARD))
        .isEqualTo(Supervision.BACKTRACKING.longest(HAZARD) - 1);
  }

  @Test
  void beginnings_areUniformOverAllLengths() {
    SplittableRandom random = new SplittableRandom(5);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      List<SupervisedSequence> sequences =
          Supervision.BACKTRACKING.sequences(HAZARD, RESET, random);
      assertThat(sequences).hasSize(2);
      counts.merge(sequences.get(1).lossStart() - 2, 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys(1, 2, 3);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(870, 1130));
  }

  @Test
  void utility_isTheSameForAllMethods() {
    for (Supervision method : Supervision.values()) {
      assertThat(method.sequences(UTILITY, RESET, new SplittableRandom(1)))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(Supervision.completion(UTILITY.prompt(), UTILITY.safe()));
    }
  }

  @Test
  void methods_drawTheSameRandomNumbers() {
    for (Supervision method : Supervision.values()) {
      SplittableRandom random = new SplittableRandom(1);
      SplittableRandom reference = new SplittableRandom(1);
      method.sequences(HAZARD, RESET, random);
      reference.nextInt(3);
      assertThat(random.nextLong()).isEqualTo(reference.nextLong());
    }
  }
}
