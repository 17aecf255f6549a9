package dev.palinode.report;

import dev.palinode.text.Printable;
import j2html.utils.EscapeUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jetbrains.letsPlot.commons.geometry.DoubleVector;
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon;
import org.jspecify.annotations.Nullable;

/**
 * The only door to lets-plot: a chart in its specification (as of ggplot2), drawn as SVG. What it
 * draws has the colours of light pages; a style sheet in the SVG replaces them on dark ones.
 */
final class Plot {
  /** The colour of text and bars. */
  static final String INK = "#222222";

  private static final String GRID = "#dddddd";

  /** Colours that colour-blind readers can tell apart, for light and for dark pages. */
  private static final List<List<String>> SERIES =
      List.of(
          List.of("#0072b2", "#5fb4f0"),
          List.of("#d55e00", "#ff9a5c"),
          List.of("#009e73", "#3fd0a4"),
          List.of("#aa4499", "#e29bd4"),
          List.of("#8a6d00", "#dcbc4a"),
          List.of("#5b5bd6", "#a6a6ff"),
          List.of("#882255", "#e07ba5"),
          List.of("#666666", "#b5b5b5"));

  private static final List<Integer> SHAPES = List.of(16, 17, 15, 18, 1, 2, 0, 5);

  /** Of the first eight series, the next eight and so on. */
  private static final List<String> LINES =
      List.of("solid", "dashed", "dotted", "longdash", "dotdash");

  private static final int LEGEND_LINE = 24;
  private static final int LEGEND_CHARACTERS = 40; // that fit beside each other
  private static final int LEGEND_BREAK = 30; // lets-plot breaks longer names between words
  private static final int LEGEND_BROKEN_LINE = 16;

  private static final Pattern ID = Pattern.compile(" id=\"([A-Za-z0-9]+)\"");
  private static final Pattern STYLE = Pattern.compile("<style.*?</style>", Pattern.DOTALL);

  private final String name;
  private final String title;
  private final Map<String, Object> spec = new HashMap<>(Map.of("kind", "plot"));
  private final List<Map<String, Object>> scales = new ArrayList<>();
  private List<String> legend = List.of();

  Plot(String name, String title) {
    this.name = name;
    this.title = Printable.escape(title);
    spec.put("ggtitle", Map.of("text", this.title));
  }

  static String accent() {
    return SERIES.get(0).get(0);
  }

  Plot data(Map<String, Object> columns) {
    spec.put("data", columns);
    return this;
  }

  Plot mapping(Map<String, Object> mapping) {
    spec.put("mapping", mapping);
    return this;
  }

  Plot layers(List<Map<String, Object>> layers) {
    spec.put("layers", layers);
    return this;
  }

  /**
   * An axis of numbers.
   *
   * @param max the largest number on it: small fractions get an axis of their size
   */
  Plot axis(String aesthetic, Axis axis, double max) {
    Map<String, Object> scale = scale(aesthetic, axis.title());
    switch (axis.scale()) {
      case NUMBER -> {}
      case PERCENT -> {
        scale.put("format", max > 0.1 ? ".0%" : ".1%");
        scale.put("limits", List.of(0.0, max > 0.5 ? Math.max(max, 1) : Math.max(max, 0.01)));
      }
      case LOG2 -> {
        scale.put("trans", "log2");
        scale.put("breaks", DoubleStream.iterate(1, x -> x <= max, x -> 2 * x).boxed().toList());
      }
    }
    return this;
  }

  /** A vertical axis without labels, on which row 0 is at the top. */
  Plot rows(int rows) {
    Map<String, Object> scale = scale("y", "");
    scale.put("trans", "reverse");
    scale.put("breaks", List.of());
    scale.put("limits", List.of(rows - 0.6, -0.8));
    scale.put("expand", List.of(0, 0));
    return this;
  }

  /**
   * Colours, shapes and lines of the series, in this order; no legend for a single one. Where there
   * are more series than colours, lines differ and shapes are others.
   */
  Plot colours(List<String> series) {
    legend = series.size() > 1 ? series : List.of();
    for (String aesthetic : List.of("color", "fill", "shape", "linetype")) {
      Map<String, Object> scale = scale(aesthetic, "");
      scale.put("discrete", true);
      scale.put("limits", series);
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < series.size(); i++) {
        int place = i % SERIES.size();
        int round = i / SERIES.size();
        values.add(
            switch (aesthetic) {
              case "shape" -> SHAPES.get((place + round) % SHAPES.size());
              case "linetype" -> LINES.get(round % LINES.size());
              default -> SERIES.get(place).get(0);
            });
      }
      scale.put("values", values);
    }
    return this;
  }

  private Map<String, Object> scale(String aesthetic, String title) {
    Map<String, Object> scale = new HashMap<>(Map.of("aesthetic", aesthetic, "name", title));
    scales.add(scale);
    return scale;
  }

  String toSvg(int width, int height) {
    boolean isWide = legend.stream().mapToInt(each -> each.length() + 6).sum() > LEGEND_CHARACTERS;
    spec.put("scales", scales);
    spec.put("theme", theme(isWide));
    int fullHeight = height + legendHeight(isWide);
    String svg =
        PlotSvgExportCommon.INSTANCE.buildSvgImageFromRawSpecs(
            spec, new DoubleVector(width, fullHeight), Plot::refuseImage, false);
    return withStableIds(STYLE.matcher(svg).replaceFirst(""))
        .replaceFirst("<svg [^>]*>", Matcher.quoteReplacement(opening(width, fullHeight)));
  }

  private int legendHeight(boolean isWide) {
    if (legend.isEmpty() || !isWide) {
      return legend.isEmpty() ? 0 : LEGEND_LINE;
    }
    int breaks = legend.stream().mapToInt(each -> (each.length() - 1) / LEGEND_BREAK).sum();
    return LEGEND_LINE * legend.size() + LEGEND_BROKEN_LINE * breaks;
  }

  private Map<String, Object> theme(boolean isWide) {
    Map<String, Object> theme = new HashMap<>();
    theme.put("name", "minimal");
    theme.put("plot_background", "blank");
    theme.put("legend_background", "blank");
    theme.put("panel_grid_minor", "blank");
    theme.put("panel_grid_major", Map.of("color", GRID, "size", 0.7, "blank", false));
    theme.put("text", Map.of("color", INK, "blank", false));
    theme.put("legend_position", legend.isEmpty() ? "none" : "bottom");
    theme.put("legend_direction", isWide ? "vertical" : "horizontal");
    return theme;
  }

  private String opening(int width, int height) {
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" role=\"img\" viewBox=\"0 0 %d"
            + " %d\" width=\"%d\" height=\"%d\"><title>%s</title><style>%s</style>",
        width,
        height,
        width,
        height,
        EscapeUtil.escape(title),
        Resource.text("figure.css").replace("/*DARK*/", darkRules()));
  }

  /** Attribute selectors, as lets-plot writes a colour in three ways. */
  private static String darkRules() {
    List<List<String>> pairs = new ArrayList<>(SERIES);
    pairs.add(List.of(INK, "#dddddd"));
    pairs.add(List.of(GRID, "#444444"));
    return pairs.stream()
        .map(pair -> darkRule("fill", pair) + darkRule("stroke", pair))
        .collect(Collectors.joining("\n"));
  }

  private static String darkRule(String property, List<String> pair) {
    int rgb = Integer.parseInt(pair.get(0).substring(1), 16);
    return String.format(
        Locale.ROOT,
        "[%s=\"%s\"], [style*=\"%s:%s\"], [%s=\"rgb(%d,%d,%d)\"] { %s: %s !important; }",
        property,
        pair.get(0),
        property,
        pair.get(0),
        property,
        rgb >> 16,
        rgb >> 8 & 255,
        rgb & 255,
        property,
        pair.get(1));
  }

  /** Names for the random ids, so that equal charts are equal and figures of a page differ. */
  private String withStableIds(String svg) {
    String result = svg;
    Matcher ids = ID.matcher(svg);
    for (int i = 1; ids.find(); i++) {
      String id = name + "-" + i;
      result =
          result
              .replace(" id=\"" + ids.group(1) + '"', " id=\"" + id + '"')
              .replace("url(#" + ids.group(1) + ")", "url(#" + id + ")");
    }
    return result;
  }

  private static String refuseImage(int width, int height, int @Nullable [] pixels) {
    throw new IllegalStateException("no chart of ours holds an image");
  }
}
