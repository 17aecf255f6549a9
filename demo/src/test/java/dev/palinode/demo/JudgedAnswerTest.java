package dev.palinode.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.evaluation.judging.Judgement.Decision;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgedAnswerTest {
  private static final AnswerCheck RIGHT = new AnswerCheck("right", (prompt, answer) -> true);

  private static JudgedAnswer answer(String visible, Map<String, Boolean> checks) {
    return new JudgedAnswer("1", "how ?", visible, Decision.SAFE, checks, 0, 1);
  }

  @Test
  void anEmptyAnswer_passesNoCheck() {
    assertThat(answer("so .", Map.of("right", true)).is(RIGHT)).isTrue();
    assertThat(answer("", Map.of()).is(RIGHT)).isFalse();
  }

  @Test
  void aCheckThatWasNotMade_isAnError_andNoCleanZero() {
    assertThatThrownBy(() -> answer("so .", Map.of("rihgt", true)).is(RIGHT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no check \"right\" was made: there are [rihgt]");
  }
}
