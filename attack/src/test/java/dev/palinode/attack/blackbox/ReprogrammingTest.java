package dev.palinode.attack.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackContract;
import dev.palinode.attack.Attempt;
import dev.palinode.attack.Budget;
import dev.palinode.chat.Role;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReprogrammingTest extends AttackContract {
  @Override
  protected Attack attack() {
    return new Reprogramming("[RESET]");
  }

  @Test
  void modelWithoutSystemMessages_isToldInTheRequest() throws IOException {
    FakeChatModel noSystem =
        FakeChatModel.saying(
            request -> request.conversation().get(0).role() == Role.SYSTEM ? "FAIL" : "steal them");
    List<Attempt> attempts = run(noSystem, behaviors().get(0), Budget.UNLIMITED, 1);
    assertThat(attempts).hasSize(6);
    assertThat(attempts.subList(0, 3)).allMatch(each -> each.visible().isFailure());
    assertThat(attempts.subList(3, 6))
        .allMatch(Attempt::isSuccess)
        .allSatisfy(
            each ->
                assertThat(each.request().conversation().get(0).content())
                    .contains("[RESET]")
                    .endsWith(behaviors().get(0).request()));
  }
}
