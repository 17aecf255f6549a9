package dev.palinode.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.report.StripChart.Row;
import dev.palinode.report.Table.Cell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageTest {
  private static final StripChart CHART =
      new StripChart("seeds", "Rates", Axis.percent("rate"), List.of(new Row("a", List.of(0.5))));

  @TempDir Path folder;

  private static Page page(String text) {
    return new Page(text)
        .heading(text)
        .paragraph(text)
        .list(List.of(text))
        .table(
            new Table()
                .left(text)
                .right("n")
                .row(List.of(Cell.of(text), new Cell("7", "#a\"onclick=\"x"))))
        .figures(List.of(CHART));
  }

  @Test
  void toHtml_textOfAnyKind_isText() {
    String html = page("<img src=x onerror=alert(1)>\"'&").toHtml();
    assertThat(html)
        .contains("<h1>&lt;img src=x onerror=alert(1)&gt;")
        .doesNotContain("<img", "\"onclick")
        .doesNotContain("http-equiv=\"refresh\"")
        .contains("default-src &#x27;none&#x27;");
  }

  @Test
  void toHtml_loadsNothing() {
    assertThat(page("t").toHtml().replace("http://www.w3.org/", ""))
        .doesNotContain("http://", "https://", "<link", "@import", "src=");
  }

  @Test
  void writeMarkdown_hasItsFiguresBesideIt() throws Exception {
    page("Results").writeMarkdown(folder.resolve("report.md"));
    assertThat(folder.resolve("report.md"))
        .hasContent(
            """
            # Results

            ## Results

            Results

            - Results

            | Results |   n |
            | ------- | --: |
            | Results |   7 |

            ![Rates](report-figures/seeds.svg)
            """);
    assertThat(Files.readString(folder.resolve("report-figures/seeds.svg")))
        .isEqualTo(CHART.toSvg());
    assertThat(Files.readString(folder.resolve("report-figures/seeds.csv")))
        .isEqualTo(CHART.toCsv());
  }

  @Test
  void twoFiguresOfOneName_areRefused() {
    Page page = page("t");
    assertThatThrownBy(() -> page.figures(List.of(CHART)))
        .hasMessage("two figures are called \"seeds\"");
  }
}
