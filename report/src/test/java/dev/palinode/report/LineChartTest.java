package dev.palinode.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

final class LineChartTest {
  private static final Pattern MOVED = Pattern.compile("translate\\(([-0-9.]+) ([-0-9.]+)");

  private static LineChart chart(Series... series) {
    return new LineChart(
        "worst-of-k", "Worst of k", Axis.log2("samples"), Axis.percent("unsafe"), List.of(series));
  }

  private static Series two(String name) {
    return new Series(
        name, List.of(new Point(1, 0.25, 0.2, 0.3, null), new Point(2, 0.5, 0.4, 0.6, "here")));
  }

  @Test
  void toSvg_hasAMarkForEachPoint_andWhatNamesThem() throws Exception {
    Document svg = Xml.parse(chart(two("base"), two("tuned")).toSvg());
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Worst of k");
    assertThat(svg.getDocumentElement().getTextContent())
        .contains("base", "tuned", "samples", "unsafe", "here", "100%");
    assertThat(svg.getElementsByTagName("circle").getLength())
        .isGreaterThanOrEqualTo(2); // the second series has another shape
  }

  @Test
  void toSvg_ofEqualCharts_isEqual_andOfOthersHasOtherIds() {
    LineChart one = chart(two("base"));
    LineChart other = new LineChart("loss", "Loss", Axis.of("step"), Axis.of("loss"), one.series());
    assertThat(one.toSvg()).isEqualTo(chart(two("base")).toSvg()).contains("id=\"worst-of-k-1\"");
    assertThat(other.toSvg()).contains("id=\"loss-1\"").doesNotContain("worst-of-k");
  }

  @Test
  void manyLongNames_makeTheChartHigher_andLeaveThePlotItsHeight() throws Exception {
    Series[] many =
        IntStream.range(0, 12)
            .mapToObj(i -> two("a model of a long name, reset bias 0, guidance scale 2, seed " + i))
            .toArray(Series[]::new);
    double alone = plotHeight(chart(two("base")));
    assertThat(plotHeight(chart(many))).isGreaterThan(0.75 * alone);
  }

  /** Distance of the highest and the lowest label of the vertical axis. */
  private static double plotHeight(LineChart chart) throws Exception {
    NodeList texts = Xml.parse(chart.toSvg()).getElementsByTagName("text");
    double[] labels =
        IntStream.range(0, texts.getLength())
            .mapToObj(texts::item)
            .filter(text -> text.getTextContent().strip().endsWith("%"))
            .mapToDouble(text -> moved(text, 2))
            .toArray();
    return Arrays.stream(labels).max().orElseThrow() - Arrays.stream(labels).min().orElseThrow();
  }

  /**
   * Where a text is in the figure: all elements around it are moved.
   *
   * @param axis 1 for horizontal, 2 for vertical
   */
  private static double moved(Node text, int axis) {
    double sum = 0;
    for (Node each = text.getParentNode(); each instanceof Element; each = each.getParentNode()) {
      Matcher moved = MOVED.matcher(((Element) each).getAttribute("transform"));
      sum += moved.find() ? Double.parseDouble(moved.group(axis)) : 0;
    }
    return sum;
  }

  @Test
  void aLabelAtTheEndOfAnAxis_hasRoom() throws Exception {
    Series series =
        new Series("tuned", List.of(Point.of(0, 2), new Point(1, 1, null, null, "+10")));
    LineChart chart =
        new LineChart(
            "cost", "Cost", Axis.percent("violations"), Axis.of("tokens"), List.of(series));

    NodeList texts = Xml.parse(chart.toSvg()).getElementsByTagName("text");
    Node label =
        IntStream.range(0, texts.getLength())
            .mapToObj(texts::item)
            .filter(text -> text.getTextContent().strip().equals("+10"))
            .findFirst()
            .orElseThrow();
    assertThat(moved(label, 1)).isLessThan(480 - 40); // the width, and that of a label
  }

  @Test
  void namesOfAnyKind_areText() throws Exception {
    String hostile = "</svg><script>alert(1)</script> & \u0000 \u202e \\(x^2\\) ]]>";
    Document svg = Xml.parse(chart(two(hostile), two("b")).toSvg());
    assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    assertThat(svg.getDocumentElement().getTextContent()).contains("<script>");
  }

  @Test
  void moreSeriesThanColours_haveOtherLines() {
    String eight = chart(series(8)).toSvg();
    assertThat(eight).doesNotContain("stroke-dasharray");
    assertThat(chart(series(9)).toSvg()).contains("stroke-dasharray");
  }

  private static Series[] series(int count) {
    return IntStream.range(0, count).mapToObj(i -> two("series " + i)).toArray(Series[]::new);
  }

  @Test
  void toCsv_hasEveryPoint() {
    assertThat(chart(two("a,b")).toCsv())
        .isEqualTo(
            """
            series,samples,unsafe,low,high,label
            "a,b",1.0,0.25,0.2,0.3,
            "a,b",2.0,0.5,0.4,0.6,here
            """);
  }

  @Test
  void aLongSeries_keepsItsPeakOnScreenAndItsPointsInCsv() throws Exception {
    Series steps =
        new Series(
            "loss",
            IntStream.range(0, 50_000).mapToObj(i -> Point.of(i, i == 31_234 ? 1000 : 1)).toList());
    LineChart chart =
        new LineChart("loss", "Loss", Axis.of("step"), Axis.of("loss"), List.of(steps));
    assertThat(chart.toSvg()).hasSizeLessThan(100_000);
    assertThat(Xml.parse(chart.toSvg()).getDocumentElement().getTextContent()).contains("1,000");
    assertThat(chart.toCsv().lines()).hasSize(50_001);
  }

  @Test
  void chartsThatCannotBe_areRefused() {
    assertThatThrownBy(() -> chart(new Series("empty", List.of())))
        .hasMessage("chart \"Worst of k\" has no points");
    assertThatThrownBy(() -> new LineChart("../x", "", Axis.of(""), Axis.of(""), List.of(two("a"))))
        .hasMessage("figure \"../x\": expected lower-case letters, digits and hyphens");
  }
}
