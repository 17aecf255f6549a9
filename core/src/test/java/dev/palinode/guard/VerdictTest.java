package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void unsafe_meansTheWholeText_unlessItSaysFromWhere() {
    assertThat(Verdict.unsafe("hex").from()).isZero();
    assertThat(Verdict.unsafe("hex", 7)).isEqualTo(new Verdict(Verdict.Label.UNSAFE, "hex", 7));
  }

  @Test
  void from_belongsToUnsafeTextOnly() {
    assertThatThrownBy(() -> new Verdict(Verdict.Label.SAFE, "", 3))
        .hasMessage("from is 3: expected 0, or more where the label is UNSAFE, not SAFE");
    assertThatThrownBy(() -> Verdict.unsafe("hex", -1)).hasMessageContaining("from is -1");
  }
}
