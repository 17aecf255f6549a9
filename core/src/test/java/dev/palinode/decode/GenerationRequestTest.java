package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Verdict;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {
  private static final int RESET = 9;

  private static boolean canWithdraw(UndoPolicy policy) {
    return GenerationRequest.builder(1).undo(policy).build().canWithdraw();
  }

  @Test
  void textCanBeWithdrawn_byAResetThatIsAllowedOrRefused_andByGuards() {
    assertThat(canWithdraw(UndoPolicy.NONE)).isFalse();
    assertThat(canWithdraw(UndoPolicy.onReset(RESET, 0))).isFalse();
    assertThat(canWithdraw(UndoPolicy.onReset(RESET, 1))).isTrue();
    assertThat(canWithdraw(UndoPolicy.onReset(RESET, 0).refusingWith(2))).isTrue();
    GuardPolicy guards =
        new GuardPolicy(
            List.of((text, complete) -> Verdict.safe()),
            1,
            new GuardPolicy.Rewind(Optional.empty()),
            0,
            TokenIds.of(),
            Duration.ofSeconds(1));
    assertThat(GenerationRequest.builder(1).guards(guards).build().canWithdraw()).isTrue();
  }
}
