package dev.palinode.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void ordinaryText_staysAsItIs() {
    assertThat(Printable.quote("model.layers.0 äöü 中 😀")).isEqualTo("\"model.layers.0 äöü 中 😀\"");
  }

  @Test
  void whatWouldMoveTheCursorOrHideText_isEscaped() {
    assertThat(Printable.escape("a\u001b[2J\n\u202eb\ud800\u0085"))
        .isEqualTo("a\\u001b[2J\\u000a\\u202eb\\ud800\\u0085");
  }

  @Test
  void endlessText_isCut() {
    assertThat(Printable.escape("x".repeat(1000))).isEqualTo("x".repeat(200) + "...");
  }

  @Test
  void lines_keepBreaksAndLength_andEscapeTheRest() {
    assertThat(Printable.lines("a\u001b[2J\tb\r\n\u202ec\u0085" + "x".repeat(1000)))
        .isEqualTo("a\\u001b[2J\tb\\u000d\n\\u202ec\\u0085" + "x".repeat(1000));
  }
}
