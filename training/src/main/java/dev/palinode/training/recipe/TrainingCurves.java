package dev.palinode.training.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.report.Axis;
import dev.palinode.report.LineChart;
import dev.palinode.report.LineChart.Point;
import dev.palinode.report.LineChart.Series;
import dev.palinode.report.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Training curves, as charts or as the page of a run: losses, log-probabilities of chosen and
 * rejected answers apart, rewards, learning rate, gradient norm, speed.
 */
public final class TrainingCurves {
  /** The metrics log in the folder of a trained model. */
  public static final String METRICS = "metrics.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A chart and the metrics in it, where a run has them. */
  private record Curves(String name, String title, String unit, List<String> metrics) {}

  private static final List<Curves> CURVES =
      List.of(
          new Curves("loss", "Loss", "loss", List.of("loss", "validation_loss")),
          new Curves(
              "logps",
              "Log-probability of answers",
              "nats",
              List.of("logps_chosen", "logps_rejected")),
          new Curves(
              "rewards",
              "Rewards",
              "reward",
              List.of("rewards_chosen", "rewards_rejected", "rewards_margin")),
          new Curves(
              "accuracy",
              "Pairs ordered correctly",
              "fraction",
              List.of("rewards_accuracy", "accuracy")),
          new Curves(
              "odds",
              "Likelihood and odds terms",
              "nats",
              List.of("nll_chosen", "odds_ratio_loss", "log_odds")),
          new Curves("gradient-norm", "Gradient norm", "norm", List.of("gradient_norm")),
          new Curves("learning-rate", "Learning rate", "rate", List.of("learning_rate")),
          new Curves("speed", "Speed", "tokens per second", List.of("tokens_per_second")));

  private TrainingCurves() {}

  /**
   * The curves of one or several trainings, each of which is a line of every chart.
   *
   * @param logs metrics logs by name of the training
   * @return the charts for which there are metrics
   */
  public static List<LineChart> charts(Map<String, Path> logs) throws IOException {
    Map<String, List<JsonNode>> trainings = new LinkedHashMap<>();
    for (Map.Entry<String, Path> log : logs.entrySet()) {
      trainings.put(log.getKey() + ", ", rows(log.getValue()));
    }
    return chartsOf(trainings);
  }

  /**
   * The curves of the models that are folders with a metrics log.
   *
   * @param models folders or names of models, by name of the training
   */
  public static List<LineChart> ofModels(Map<String, String> models) throws IOException {
    Map<String, Path> logs = new LinkedHashMap<>();
    for (Map.Entry<String, String> model : models.entrySet()) {
      try {
        Path log = Path.of(model.getValue()).resolve(METRICS);
        if (Files.isRegularFile(log) && !logs.containsValue(log)) {
          logs.put(model.getKey(), log);
        }
      } catch (InvalidPathException e) {
        // a served model, whose name is no path
      }
    }
    return charts(logs);
  }

  /** Writes the page of one training. */
  static void write(Path metrics, Path page) throws IOException {
    List<JsonNode> rows = rows(metrics);
    new Page("Training curves")
        .paragraph(summary(rows))
        .figures(chartsOf(Map.of("", rows)))
        .writeHtml(page);
  }

  private static List<JsonNode> rows(Path metrics) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(metrics, StandardCharsets.UTF_8)) {
      try {
        rows.add(JSON.readTree(line));
      } catch (JsonProcessingException e) {
        // an incomplete line, as of a killed run
      }
    }
    return rows;
  }

  private static String summary(List<JsonNode> rows) {
    List<JsonNode> steps = rows.stream().filter(row -> row.has("loss")).toList();
    if (steps.isEmpty()) {
      return "No step is done yet.";
    }
    JsonNode last = steps.get(steps.size() - 1);
    OptionalDouble lowest = values(rows, "validation_loss").min();
    return String.format(
            Locale.ROOT, "%d steps, last loss %.4f", step(last), last.path("loss").asDouble())
        + (lowest.isPresent()
            ? String.format(Locale.ROOT, ", lowest validation loss %.4f", lowest.getAsDouble())
            : "");
  }

  private static DoubleStream values(List<JsonNode> rows, String metric) {
    return rows.stream()
        .filter(row -> row.has(metric))
        .mapToDouble(row -> row.path(metric).asDouble());
  }

  /**
   * The charts of trainings.
   *
   * @param trainings rows of metrics, by what the names of their lines begin with
   */
  private static List<LineChart> chartsOf(Map<String, List<JsonNode>> trainings) {
    List<LineChart> charts = new ArrayList<>();
    for (Curves curves : CURVES) {
      List<Series> series = new ArrayList<>();
      trainings.forEach(
          (prefix, rows) ->
              curves.metrics().stream()
                  .map(metric -> series(prefix, metric, rows))
                  .filter(each -> !each.points().isEmpty())
                  .forEach(series::add));
      if (!series.isEmpty()) {
        charts.add(
            new LineChart(
                curves.name(), curves.title(), Axis.of("step"), Axis.of(curves.unit()), series));
      }
    }
    return charts;
  }

  private static Series series(String prefix, String metric, List<JsonNode> rows) {
    return new Series(
        prefix + metric,
        rows.stream()
            .filter(row -> row.path(metric).isNumber())
            .map(row -> Point.of(step(row), row.path(metric).asDouble()))
            .toList());
  }

  /** Steps are counted from 1 on the page. */
  private static int step(JsonNode row) {
    return row.path("step").asInt() + 1;
  }
}
