package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.token.TokenIds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairingTest {
  private static final int RESET = 99;
  private static final int END = 9;
  private static final int[] PROMPT = {1, 2};
  private static final int[] SAFE = {3, 4, 5, END};
  private static final int[] UNSAFE = {6, 7, 8};
  private static final TokenizedExample TRIPLE = new TokenizedExample(PROMPT, SAFE, UNSAFE);
  private static final TokenizedExample UTILITY = new TokenizedExample(PROMPT, SAFE, new int[0]);

  private static TokenizedPair pair(Pairing pairing, TokenizedExample example, double elicit) {
    return pairing.pair(example, RESET, elicit, new SplittableRandom(1)).orElseThrow();
  }

  @Test
  void plain_prefersTheSafeAnswer_andLeavesUtilityOut() {
    TokenizedPair pair = pair(Pairing.PLAIN, TRIPLE, 1);

    assertThat(pair.chosen()).isEqualTo(SAFE);
    assertThat(pair.rejected()).containsExactly(6, 7, 8, END);
    assertThat(pair.context()).isZero();
    assertThat(Pairing.PLAIN.pair(UTILITY, RESET, 1, new SplittableRandom(1))).isEmpty();
  }

  @Test
  void eliciting_takesBackABeginningOfThatVeryAnswer_anyLengthAsLikely() {
    SplittableRandom random = new SplittableRandom(1);
    int[] lengths = new int[UNSAFE.length + 1];
    for (int i = 0; i < 3000; i++) {
      TokenizedPair pair = Pairing.BACKTRACKING.pair(TRIPLE, RESET, 1, random).orElseThrow();
      int prefix = pair.context();
      lengths[prefix]++;
      assertThat(pair.chosen())
          .isEqualTo(TokenIds.join(Arrays.copyOf(UNSAFE, prefix), new int[] {RESET}, SAFE));
      assertThat(pair.rejected()).containsExactly(6, 7, 8, END);
      assertThat(pair.shared()).isEqualTo(prefix);
    }
    assertThat(lengths[0]).isZero();
    for (int length = 1; length <= UNSAFE.length; length++) {
      assertThat(lengths[length] / 3000.0).isCloseTo(1.0 / UNSAFE.length, within(0.04));
    }
  }

  @Test
  void discouraging_setsTheSafeAnswerAgainstANeedlessReset() {
    for (TokenizedExample example : new TokenizedExample[] {TRIPLE, UTILITY}) {
      TokenizedPair pair = pair(Pairing.BACKTRACKING, example, 0);
      int prefix = pair.shared();
      int[] behind = example.hasUnsafe() ? new int[] {6, 7, 8, END} : SAFE;

      assertThat(pair.chosen()).isEqualTo(SAFE);
      assertThat(prefix).isBetween(1, SAFE.length - 1);
      assertThat(pair.rejected())
          .isEqualTo(TokenIds.join(Arrays.copyOf(SAFE, prefix), new int[] {RESET}, behind));
      assertThat(pair.context()).isZero();
    }
  }

  @Test
  void shareOfElicitingPairs_isWhatIsAsked() {
    SplittableRandom random = new SplittableRandom(2);
    int eliciting = 0;
    for (int i = 0; i < 4000; i++) {
      eliciting +=
          Pairing.BACKTRACKING.pair(TRIPLE, RESET, 0.3, random).orElseThrow().context() > 0 ? 1 : 0;
    }
    assertThat(eliciting / 4000.0).isCloseTo(0.3, within(0.03));
  }
}
