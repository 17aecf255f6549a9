package dev.palinode.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A strip chart as SVG: a line per model, a mark per seed, and a bar at the median. */
public final class StripChart {
  private static final int LABELS = 220;
  private static final int PLOT = 480;
  private static final int LINE = 26;
  private static final int TOP = 40;

  /** One line of the chart. */
  private record Line(String title, List<Double> rates) {}

  private final String title;
  private final List<Line> lines = new ArrayList<>();

  /**
   * @param title in plain letters: nothing in this chart is escaped
   */
  public StripChart(String title) {
    this.title = title;
  }

  /**
   * Adds a line.
   *
   * @param rates of the seeds, 0 to 1
   */
  public void row(String model, List<Double> rates) {
    lines.add(new Line(model, rates.stream().sorted().toList()));
  }

  /** The chart, readable on light and dark pages. */
  public String toSvg() {
    int bottom = TOP + LINE * lines.size();
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#777\">",
        LABELS + PLOT + 30,
        bottom + 30);
    add(svg, "<title>%s</title><text x=\"8\" y=\"18\">%s</text>", title, title);
    for (int percent = 0; percent <= 100; percent += 25) {
      double x = x(percent / 100.0);
      add(svg, "<path d=\"M%.1f %dV%d\" stroke=\"#7774\"/>", x, TOP - 8, bottom);
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d%%</text>",
          x,
          bottom + 18,
          percent);
    }
    for (int i = 0; i < lines.size(); i++) {
      add(svg, lines.get(i), TOP + LINE * i + LINE / 2);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void add(StringBuilder svg, Line line, int y) {
    int indent = line.title().startsWith(" ") ? 20 : 8;
    add(svg, "<text x=\"%d\" y=\"%d\">%s</text>", indent, y + 4, line.title().strip());
    for (double rate : line.rates()) {
      add(
          svg,
          "<circle cx=\"%.1f\" cy=\"%d\" r=\"5\" fill=\"#d62\" fill-opacity=\".45\"/>",
          x(rate),
          y);
    }
    int seeds = line.rates().size();
    if (seeds > 0) {
      double median = (line.rates().get((seeds - 1) / 2) + line.rates().get(seeds / 2)) / 2;
      add(svg, "<path d=\"M%.1f %dv18\" stroke=\"#777\" stroke-width=\"2\"/>", x(median), y - 9);
    }
  }

  private static double x(double rate) {
    return LABELS + rate * PLOT;
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
