package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.ProductVersion;
import dev.palinode.data.record.FileDigest;
import dev.palinode.evaluation.judging.PairwiseJudge;
import dev.palinode.evaluation.judging.PairwiseJudge.Game;
import dev.palinode.evaluation.judging.PairwiseJudge.Match;
import dev.palinode.evaluation.judging.PairwiseJudge.Pair;
import dev.palinode.evaluation.judging.PairwiseJudge.Winner;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.run.RunFolder;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * The answers of two runs to the same prompts, compared pair by pair. Outcomes are of the second
 * run: a win if its answer is better, a loss if the first run's is.
 *
 * @param first whose answers the others are compared with
 * @param second whose answers win, tie or lose
 * @param judge says which of two answers is better
 */
public record PairwiseRun(FinishedRun first, FinishedRun second, PairwiseJudge judge) {
  private static final String OUTCOME = "outcome";
  private static final String WIN = "win";
  private static final String TIE = "tie";
  private static final String LOSS = "loss";

  /**
   * Compares the answers, or resumes in that folder. Pairs of which a game failed are asked again.
   *
   * @return the summary
   * @throws IOException if the folder holds something else, or the judge does not work; the same
   *     run in the same folder then resumes
   * @throws IllegalArgumentException if the runs have no answers to the same prompts
   */
  public ObjectNode run(Path output, SuiteRun.Progress progress) throws IOException {
    Map<List<String>, JsonNode> others = new LinkedHashMap<>();
    first.forEach(line -> others.put(key(line), line));
    List<ObjectNode> lines = new ArrayList<>();
    second.forEach(
        line -> {
          if (SampleLine.isAnswered(line)
              && SampleLine.isAnswered(others.getOrDefault(key(line), line.nullNode()))) {
            lines.add(line);
          }
        });
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s have no answers to the same prompts"
              .formatted(first.folder(), second.folder()));
    }
    try (RunFolder folder = RunFolder.open(output, manifest(), SampleLine.KEY)) {
      List<ObjectNode> missing = new ArrayList<>();
      List<Pair> pairs = new ArrayList<>();
      for (ObjectNode line : lines) {
        if (folder.get(key(line)).filter(known -> known.has(OUTCOME)).isEmpty()) {
          missing.add(line);
          pairs.add(pair(others.getOrDefault(key(line), line), line));
        }
      }
      compare(missing, pairs, folder, lines.size(), progress);
      folder.putInOrder(lines.stream().map(PairwiseRun::key).toList());
      ObjectNode summary = summary(folder);
      folder.writeSummary(summary);
      return summary;
    }
  }

  private static List<String> key(JsonNode line) {
    return SampleLine.KEY.stream().map(field -> line.path(field).asText("")).toList();
  }

  private static Pair pair(JsonNode first, JsonNode second) {
    Pair pair = new Pair(SampleLine.exchange(first), SampleLine.exchange(second));
    if (!pair.first().questions().equals(pair.second().questions())) {
      throw new IllegalArgumentException(
          "prompt %s of %s is not the same in both runs"
              .formatted(second.path("id").asText(), second.path("benchmark").asText()));
    }
    return pair;
  }

  private void compare(
      List<ObjectNode> lines,
      List<Pair> pairs,
      RunFolder folder,
      long total,
      SuiteRun.Progress progress)
      throws IOException {
    AtomicLong done = new AtomicLong(total - lines.size());
    try {
      judge.judge(
          pairs,
          (match, i) -> {
            try {
              folder.append(line(lines.get(i), match));
              progress.advanced(done.incrementAndGet(), total);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ObjectNode line(ObjectNode of, Match match) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    for (String field : List.of("benchmark", "id", "turn", "sample", "category")) {
      if (of.has(field)) {
        line.set(field, of.path(field));
      }
    }
    match
        .winner()
        .ifPresentOrElse(
            winner -> line.put(OUTCOME, outcome(winner)),
            () -> line.put("error", "the judge named no winner in a game"));
    ArrayNode games = line.putArray("games");
    put(games.addObject().put("assistant_a", "first"), match.inOrder());
    put(games.addObject().put("assistant_a", "second"), match.swapped());
    return line;
  }

  private static String outcome(Winner winner) {
    return switch (winner) {
      case FIRST -> LOSS;
      case SECOND -> WIN;
      case TIE -> TIE;
    };
  }

  private static void put(ObjectNode json, Game game) {
    json.put("winner", game.winner().map(it -> it.name().toLowerCase(Locale.ROOT)).orElse("none"));
    json.put("reply", game.reply());
  }

  private ObjectNode manifest() throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", "pairwise");
    json.put("palinode", ProductVersion.current());
    json.put("java", System.getProperty("java.version"));
    put(json.putObject("first"), first);
    put(json.putObject("second"), second);
    return json.put("judge", judge.identity());
  }

  private static void put(ObjectNode json, FinishedRun run) throws IOException {
    json.set("model", run.manifest().path("model"));
    json.put("results_sha256", FileDigest.of(run.results()).sha256());
  }

  private static ObjectNode summary(RunFolder folder) throws IOException {
    Map<String, List<ObjectNode>> lines = new LinkedHashMap<>();
    folder.forEach(
        line ->
            lines
                .computeIfAbsent(line.path("benchmark").asText(), name -> new ArrayList<>())
                .add(line));
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode benchmarks = json.putArray("benchmarks");
    lines.forEach(
        (name, all) -> {
          List<ObjectNode> decided = all.stream().filter(line -> line.has(OUTCOME)).toList();
          ObjectNode each = benchmarks.addObject().put("name", name);
          each.put("metric", "adjusted_win_rate").put("direction", "higher");
          ObjectNode counts = each.putObject("counts").put("pairs", all.size());
          counts.put("failed", all.size() - decided.size());
          ObjectNode metrics = each.putObject("metrics");
          for (String outcome : List.of(WIN, TIE, LOSS)) {
            metrics.set(outcome + "_rate", rate(decided, it -> it.equals(outcome) ? 1 : 0));
          }
          metrics.set(
              "adjusted_win_rate",
              rate(decided, it -> it.equals(WIN) ? 1 : it.equals(TIE) ? 0.5 : 0));
        });
    return json;
  }

  private static ObjectNode rate(List<ObjectNode> lines, ToDoubleFunction<String> value) {
    return Bootstrap.rate(
            lines.stream()
                .map(
                    line ->
                        new Bootstrap.Value(
                            line.path("id").asText(),
                            value.applyAsDouble(line.path(OUTCOME).asText())))
                .toList())
        .toJson();
  }

  /** A row for each benchmark of a summary. */
  public static Table table(JsonNode summary) {
    Table table =
        new Table()
            .left("benchmark")
            .right("pairs")
            .right("failed")
            .right("win % [95%]")
            .right("tie %")
            .right("loss %")
            .right("win + tie/2 %");
    for (JsonNode each : summary.path("benchmarks")) {
      List<String> cells = new ArrayList<>(List.of(each.path("name").asText()));
      cells.add(each.path("counts").path("pairs").asText());
      cells.add(each.path("counts").path("failed").asText());
      for (String metric : List.of("win_rate", "tie_rate", "loss_rate", "adjusted_win_rate")) {
        cells.add(EstimateText.of(metric, each.path("metrics").path(metric)));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }
}
