package dev.palinode.attack.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackContract;
import dev.palinode.attack.Attempt;
import dev.palinode.attack.Budget;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BestOfNTest extends AttackContract {
  @Override
  protected Attack attack() {
    return new BestOfN(40, List.of(Perturbation.values()), 0.4);
  }

  @Test
  void asksVariants_allOfThem() throws IOException {
    assertThat(run(harmless(), behaviors().get(0), Budget.UNLIMITED, 1))
        .hasSize(40)
        .extracting(each -> each.request().conversation())
        .doesNotHaveDuplicates();
  }

  @Test
  void stopsWithTheRoundOfTheFirstSuccess() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    FakeChatModel yields =
        FakeChatModel.saying(request -> asked.incrementAndGet() == 20 ? "steal" : "no");
    List<Attempt> attempts = run(yields, behaviors().get(0), Budget.UNLIMITED, 1);
    assertThat(attempts).hasSize(32);
    assertThat(attempts.get(19).isSuccess()).isTrue();
  }
}
