package dev.palinode.data.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuidanceAwarePairsTest {
  private final GuidanceAwarePairs pairs = new GuidanceAwarePairs("hide names .", "tell names .");

  @Test
  void pair_isThereUnderBothLines_onceWithItsAnswersExchanged() {
    SafetyTriple triple = new SafetyTriple(List.of(Message.user("who ?")), "a client", "alvin");

    assertThat(pairs.of(triple))
        .containsExactly(
            new SafetyTriple(
                List.of(Message.system("hide names ."), Message.user("who ?")),
                "a client",
                "alvin"),
            new SafetyTriple(
                List.of(Message.system("tell names ."), Message.user("who ?")),
                "alvin",
                "a client"));
  }

  @Test
  void utilityAnswer_staysTheSame_andTheLineFollowsAPromptThatIsThere() {
    UtilityExample example =
        new UtilityExample(
            List.of(Message.system("be brief ."), Message.user("when ?")), "on monday");

    assertThat(pairs.of(example))
        .containsExactly(
            new UtilityExample(
                List.of(Message.system("be brief .\nhide names ."), Message.user("when ?")),
                "on monday"),
            new UtilityExample(
                List.of(Message.system("be brief .\ntell names ."), Message.user("when ?")),
                "on monday"));
  }

  @Test
  void pairsThatWereMadeBefore_areRefused() {
    SafetyTriple triple =
        new SafetyTriple(List.of(Message.user("who ?")), "it was", "a client", "alvin");

    for (SftExample made : pairs.of(triple)) {
      assertThat(((SafetyTriple) made).opening()).isEqualTo("it was");
      assertThatThrownBy(() -> pairs.of(made))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("names .\" already")
          .hasMessageContaining("guidance_aware=false");
    }
  }

  @Test
  void linesThatAreTheSame_areRefused() {
    assertThatThrownBy(() -> new GuidanceAwarePairs("x", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two different lines");
  }
}
