package dev.palinode.report;

import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines over numbers: one for each series, through its points in their given order, with bands
 * where points have intervals and marks where they are few.
 *
 * @param name of its files
 * @param title what is shown
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series the lines; at least one point in all
 */
public record LineChart(String name, String title, Axis x, Axis y, List<Series> series)
    implements Figure {
  private static final int WIDTH = 480;
  private static final int HEIGHT = 300;

  /** More points than that are drawn by the extremes of as many stretches as a screen can show. */
  private static final int MOST_POINTS = 800;

  private static final int MOST_MARKS = 20;

  /** Where labels are, and the room that the last one needs, as parts of the axis. */
  private static final double BESIDE = 0.015;

  private static final double LABEL_ROOM = 1.1;

  /**
   * One line.
   *
   * @param name as the legend has it
   * @param points in the order in which they are joined
   */
  public record Series(String name, List<Point> points) {
    public Series {
      name = Printable.escape(name);
      points = List.copyOf(points);
    }
  }

  /**
   * One point.
   *
   * @param x horizontal
   * @param y vertical
   * @param low lower end of the interval of {@code y}, or null
   * @param high its upper end, or null
   * @param label written beside the point, or null
   */
  public record Point(
      double x, double y, @Nullable Double low, @Nullable Double high, @Nullable String label) {
    /** A point without an interval. */
    public static Point of(double x, double y) {
      return new Point(x, y, null, null, null);
    }
  }

  /**
   * @throws IllegalArgumentException if there is no point, or the name is not one for files
   */
  public LineChart {
    Figure.requireName(name);
    series = List.copyOf(series);
    if (series.stream().allMatch(each -> each.points().isEmpty())) {
      throw new IllegalArgumentException("chart \"" + title + "\" has no points");
    }
  }

  @Override
  public String toSvg() {
    List<Map<String, Object>> layers = new ArrayList<>();
    if (points().anyMatch(point -> point.low() != null)) {
      layers.add(
          Map.of(
              "geom",
              "ribbon",
              "mapping",
              Map.of("ymin", "low", "ymax", "high", "fill", "series"),
              "size",
              0,
              "alpha",
              0.18,
              "show_legend",
              false));
    }
    layers.add(Map.of("geom", "path", "mapping", Map.of("linetype", "series"), "size", 1));
    if (series.stream().allMatch(each -> each.points().size() <= MOST_MARKS)) {
      layers.add(Map.of("geom", "point", "mapping", Map.of("shape", "series"), "size", 3));
    }
    boolean isLabelled = points().anyMatch(point -> point.label() != null);
    if (isLabelled) {
      layers.add(
          Map.of(
              "geom",
              "text",
              "mapping",
              Map.of("label", "label"),
              "size",
              6,
              "hjust",
              "left",
              "nudge_x",
              BESIDE * max(Point::x),
              "vjust",
              "bottom",
              "show_legend",
              false));
    }
    List<String> names = series.stream().map(Series::name).toList();
    return new Plot(name, title)
        .data(columns())
        .mapping(Map.of("x", "x", "y", "y", "color", "series"))
        .layers(layers)
        .axis("x", x, max(Point::x) * (isLabelled ? LABEL_ROOM : 1))
        .axis("y", y, max(point -> Objects.requireNonNullElse(point.high(), point.y())))
        .colours(names)
        .toSvg(WIDTH, HEIGHT);
  }

  private double max(ToDoubleFunction<Point> value) {
    return points().mapToDouble(value).max().orElseThrow();
  }

  private Map<String, Object> columns() {
    List<Series> drawn = series.stream().map(LineChart::thinned).toList();
    return Map.of(
        "series",
            drawn.stream()
                .flatMap(each -> each.points().stream().map(point -> each.name()))
                .toList(),
        "x", column(drawn, Point::x),
        "y", column(drawn, Point::y),
        "low", column(drawn, point -> Objects.requireNonNullElse(point.low(), point.y())),
        "high", column(drawn, point -> Objects.requireNonNullElse(point.high(), point.y())),
        "label", column(drawn, point -> Objects.requireNonNullElse(point.label(), "")));
  }

  private static <T> List<T> column(List<Series> series, Function<Point, T> value) {
    return series.stream().flatMap(each -> each.points().stream()).map(value).toList();
  }

  /** Of each stretch of a long series, the lowest and the highest point. */
  private static Series thinned(Series series) {
    List<Point> points = series.points();
    if (points.size() <= MOST_POINTS) {
      return series;
    }
    List<Point> kept = new ArrayList<>();
    int stretches = MOST_POINTS / 2;
    for (int i = 0; i < stretches; i++) {
      List<Point> stretch =
          points.subList(
              (int) ((long) i * points.size() / stretches),
              (int) ((i + 1L) * points.size() / stretches));
      Comparator<Point> byHeight = Comparator.comparingDouble(Point::y);
      Stream.of(stretch.stream().min(byHeight), stretch.stream().max(byHeight))
          .flatMap(Optional::stream)
          .distinct()
          .sorted(Comparator.comparingInt(stretch::indexOf))
          .forEach(kept::add);
    }
    return new Series(series.name(), kept);
  }

  private Stream<Point> points() {
    return series.stream().flatMap(each -> each.points().stream());
  }

  @Override
  public String toCsv() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("series", x.title(), y.title(), "low", "high", "label"));
    for (Series each : series) {
      for (Point point : each.points()) {
        rows.add(
            Stream.of(each.name(), point.x(), point.y(), point.low(), point.high(), point.label())
                .map(value -> Objects.toString(value, ""))
                .toList());
      }
    }
    return Csv.of(rows);
  }
}
