package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class VerdictTest {
  @Test
  void unsafe_meansTheWholeText_unlessItSaysFromWhere() {
    assertThat(Verdict.unsafe("hex").safePrefixLength()).isZero();
    assertThat(Verdict.unsafe("hex", 7)).isEqualTo(new Verdict(Verdict.Label.UNSAFE, "hex", 7));
  }

  @Test
  void safe_meansTheWholeText_unlessItSaysHowFar() {
    assertThat(Verdict.safe().safePrefixLength()).isEqualTo(Verdict.ALL);
    assertThat(Verdict.safeUpTo(3).isUnsafe()).isFalse();
    assertThat(Verdict.undecided("empty").safePrefixLength()).isZero();
    assertThatThrownBy(() -> new Verdict(Verdict.Label.UNDECIDED, "", 3))
        .hasMessageContaining("safePrefixLength is 3");
    assertThatThrownBy(() -> Verdict.unsafe("hex", -1))
        .hasMessageContaining("safePrefixLength is -1");
  }
}
