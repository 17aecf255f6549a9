package dev.palinode.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldOutTest {
  private static final Map<String, Set<String>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("advbench", Set.of("1", "2", "a:b"));
    KNOWN.put("xstest", Set.of("2", "3"));
  }

  @Test
  void idsOfSeveralBenchmarks_needTheirName() {
    HeldOut read = HeldOut.of(List.of("1", "xstest:2", "advbench:1", "a:b"), KNOWN);
    assertThat(read.of("advbench")).containsExactlyInAnyOrder("1", "a:b");
    assertThat(read.of("xstest")).containsExactly("2");
    assertThat(read.of("other")).isEmpty();
    assertThatThrownBy(() -> HeldOut.of(List.of("2"), KNOWN))
        .hasMessage(
            "held-out id \"2\" is of prompts of advbench and of xstest: expected BENCHMARK:ID, such"
                + " as advbench:2");
  }

  @Test
  void unknownIds_areRefused() {
    for (String unknown : List.of("33", "advbench:3", "advbnch:1")) {
      assertThatThrownBy(() -> HeldOut.of(List.of(unknown), KNOWN))
          .hasMessageContaining("\"" + unknown + "\" is of no prompt; did you mean");
    }
  }
}
