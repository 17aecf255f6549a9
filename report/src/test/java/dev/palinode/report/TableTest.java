package dev.palinode.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {
  private static Table results() {
    return new Table()
        .left("set")
        .right("unsafe", "n")
        .row("AdvBench", "2.3%", "520")
        .row("Ünsafe🦆", "-", "7");
  }

  @Test
  void toText_alignsColumns() {
    assertThat(results().toText())
        .isEqualTo(
            """
            set       unsafe    n
            --------  ------  ---
            AdvBench    2.3%  520
            Ünsafe🦆        -    7
            """);
  }

  @Test
  void toMarkdown_alignsColumnsAndMarksNumbers() {
    assertThat(results().toMarkdown())
        .isEqualTo(
            """
            | set      | unsafe |   n |
            | -------- | -----: | --: |
            | AdvBench |   2.3% | 520 |
            | Ünsafe🦆  |      - |   7 |
            """);
  }

  @Test
  void toText_leftAlignedLastColumn_hasNoTrailingSpaces() {
    assertThat(new Table().right("n").left("set").row("10", "a").toText())
        .isEqualTo(" n  set\n--  ---\n10  a\n");
  }

  @Test
  void toMarkdown_markup_isShownAsItIs() {
    assertThat(new Table().left("a|b").row("q_*<\\`[x]").toMarkdown())
        .isEqualTo(
            """
            | a\\|b             |
            | ---------------- |
            | q\\_\\*\\<\\\\\\`\\[x\\] |
            """);
  }

  @Test
  void noRows_givesTheHeaderAlone() {
    assertThat(new Table().left("set").toText()).isEqualTo("set\n---\n");
  }

  @Test
  void row_wrongNumberOfCells_isRefused() {
    Table table = results();
    assertThatThrownBy(() -> table.row("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 cells for 3 columns: [a, b]");
  }

  @Test
  void cells_withControlCharacters_areRefused() {
    Table table = new Table().left("answer");
    assertThatThrownBy(() -> table.row("red \u001b[31m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cell with a control character; a cell is one line: \"red ?[31m\"");
    assertThatThrownBy(() -> new Table().right("two\nlines"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Table().row())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a table needs at least one column");
  }

  @Test
  void formulaInACell_isText_andNumbersStayNumbers() {
    String csv =
        new Table()
            .left("answer")
            .right("change")
            .row("=HYPERLINK(1)", "-0.5")
            .row("@sum", "+2")
            .toCsv();

    assertThat(csv.lines()).containsExactly("answer,change", "'=HYPERLINK(1),-0.5", "'@sum,+2");
  }
}
