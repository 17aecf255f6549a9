package dev.palinode.attack.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackContract;
import dev.palinode.attack.Behavior;
import dev.palinode.attack.Budget;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MiddleFillingTest extends AttackContract {
  private static final Behavior BEHAVIOR = new Behavior("b", "request", "Sure, here is");

  @Override
  protected Attack attack() {
    return new MiddleFilling(2);
  }

  @Test
  void targetFollowsTheFirstHalfOfTheAnswer() throws IOException {
    assertThat(run(saying(" I will not explain that . "), BEHAVIOR, Budget.UNLIMITED, 1))
        .extracting(each -> each.request().opening())
        .containsExactly("", "I will not Sure,", "I will not Sure, here");
  }

  @Test
  void shortAnswer_leavesTheTargetAlone() throws IOException {
    assertThat(run(saying("No."), BEHAVIOR, Budget.UNLIMITED, 1))
        .extracting(each -> each.request().opening())
        .containsExactly("", "Sure,", "Sure, here");
  }

  private static FakeChatModel saying(String text) {
    return FakeChatModel.saying(request -> text);
  }
}
