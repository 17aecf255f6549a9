package dev.palinode.report;

import static java.util.Comparator.naturalOrder;

import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A row per category, a mark per value, and a bar at the median: for a few values each, such as one
 * per training seed.
 *
 * @param name of its files
 * @param title what is shown
 * @param x the axis of the values
 * @param rows the categories from top to bottom; at least one value in all
 */
public record StripChart(String name, String title, Axis x, List<Row> rows) implements Figure {
  private static final int WIDTH = 480;
  private static final int ROW = 38;
  private static final int AROUND = 84;

  /**
   * One category.
   *
   * @param name shown above the values
   * @param values may be empty
   */
  public record Row(String name, List<Double> values) {
    public Row {
      name = Printable.escape(name);
      values = List.copyOf(values);
    }

    /** Leading spaces in a form that SVG and lets-plot keep, which trims white space. */
    String indented() {
      return name.startsWith(" ") ? "\u200b" + name.replaceAll("\\G ", "\u2002") : name;
    }

    double median() {
      List<Double> sorted = values.stream().sorted().toList();
      int size = sorted.size();
      return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }
  }

  /**
   * @throws IllegalArgumentException if there is no value, or the name is not one for files
   */
  public StripChart {
    Figure.requireName(name);
    rows = List.copyOf(rows);
    if (rows.stream().allMatch(row -> row.values().isEmpty())) {
      throw new IllegalArgumentException("chart \"" + title + "\" has no values");
    }
  }

  @Override
  public String toSvg() {
    return new Plot(name, title)
        .data(
            Map.of(
                "value", rows.stream().flatMap(row -> row.values().stream()).toList(),
                "row", numbers(row -> row.values().size(), 0)))
        .mapping(Map.of("x", "value", "y", "row"))
        .layers(List.of(names(), medians(), marks()))
        .axis("x", x, 1)
        .rows(rows.size())
        .toSvg(WIDTH, ROW * rows.size() + AROUND);
  }

  /** The name of each row above its marks: a long one costs them no width. */
  private Map<String, Object> names() {
    double left =
        x.scale() == Axis.Scale.PERCENT
            ? 0
            : rows.stream().flatMap(row -> row.values().stream()).min(naturalOrder()).orElseThrow();
    return Map.of(
        "geom",
        "text",
        "data",
        Map.of(
            "value", Collections.nCopies(rows.size(), left),
            "row", numbers(row -> 1, -0.45),
            "name", rows.stream().map(Row::indented).toList()),
        "mapping",
        Map.of("label", "name"),
        "hjust",
        "left",
        "size",
        6,
        "color",
        Plot.INK);
  }

  private Map<String, Object> medians() {
    ToIntFunction<Row> one = row -> row.values().isEmpty() ? 0 : 1;
    return Map.of(
        "geom",
        "segment",
        "data",
        Map.of(
            "value", rows.stream().filter(row -> !row.values().isEmpty()).map(Row::median).toList(),
            "row", numbers(one, -0.2),
            "end", numbers(one, 0.2)),
        "mapping",
        Map.of("xend", "value", "yend", "end"),
        "size",
        1,
        "color",
        Plot.INK);
  }

  private static Map<String, Object> marks() {
    return Map.of("geom", "point", "size", 4, "alpha", 0.55, "color", Plot.accent());
  }

  /** Of each row its number and an offset, as often as it has something. */
  private List<Double> numbers(ToIntFunction<Row> times, double offset) {
    return IntStream.range(0, rows.size())
        .boxed()
        .flatMap(i -> Collections.nCopies(times.applyAsInt(rows.get(i)), i + offset).stream())
        .toList();
  }

  @Override
  public String toCsv() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.of("row", x.title()));
    for (Row row : rows) {
      row.values().forEach(value -> lines.add(List.of(row.name(), value.toString())));
    }
    return Csv.of(lines);
  }
}
