package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.DelayCalibrator;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.report.Table;
import dev.palinode.token.Transcript;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.lang3.Validate;

/**
 * What a client that shows text as it comes saw of text that was withdrawn later, by the window of
 * tokens that its stream is late.
 *
 * @param prompts the generations of each prompt
 * @param maxTokens the most that a generation may discard
 */
public record WithdrawnText(Collection<List<Transcript>> prompts, int maxTokens) {
  public WithdrawnText {
    prompts = List.copyOf(prompts);
  }

  /**
   * Reads the answers of a run.
   *
   * @throws IOException if the run cannot be read
   * @throws IllegalArgumentException if its undos are not known, as of a served model
   */
  public static WithdrawnText of(FinishedRun run) throws IOException {
    Map<String, List<Transcript>> prompts = new LinkedHashMap<>();
    run.forEach(
        line -> {
          if (line.has("withdrawals") && !line.path("raw_ids").isEmpty()) {
            String prompt = line.path("benchmark").asText() + "\n" + line.path("id").asText();
            prompts.computeIfAbsent(prompt, key -> new ArrayList<>()).add(transcript(line));
          }
        });
    Validate.isTrue(
        !prompts.isEmpty(),
        "%s has no answers with their undos: expected a run of a model in this process",
        run.folder());
    int maxTokens = 1;
    for (JsonNode benchmark : run.manifest().path("benchmarks")) {
      maxTokens = Math.max(maxTokens, benchmark.path("decoding").path("max_new_tokens").asInt());
    }
    return new WithdrawnText(prompts.values(), maxTokens);
  }

  /** A generation of which only the numbers of withdrawn tokens are right: no more is needed. */
  private static Transcript transcript(JsonNode line) {
    Transcript transcript = new Transcript(OptionalInt.empty());
    for (JsonNode each : line.path("withdrawals")) {
      int tokens = each.path("tokens").asInt();
      IntStream.range(0, tokens).forEach(i -> transcript.append(0));
      transcript.withdraw(tokens);
    }
    return transcript;
  }

  /**
   * The smallest window with which at most this share of the withdrawn tokens is sent.
   *
   * @return empty if the run has too few withdrawn tokens to say
   */
  public Optional<DelayCalibrator> window(double share) {
    return DelayCalibrator.of(prompts, share, maxTokens);
  }

  /** The share of withdrawn tokens that was seen, and of answers in which any was, by window. */
  public Table table() {
    Table table =
        new Table().right("window", "withdrawn tokens seen", "%", "answers with any", "%");
    long withdrawn = seen(0);
    long answers = prompts.stream().mapToLong(List::size).sum();
    for (int window = 0; ; window = Math.max(1, 2 * window)) {
      long seen = seen(window);
      long withAny = withAny(window);
      table.row(
          Integer.toString(window),
          Long.toString(seen),
          percent(seen, withdrawn),
          Long.toString(withAny),
          percent(withAny, answers));
      if (seen == 0) {
        return table;
      }
    }
  }

  private long seen(int window) {
    return generations().stream().mapToLong(each -> each.shown(window)).sum();
  }

  private long withAny(int window) {
    return generations().stream().filter(each -> each.shown(window) > 0).count();
  }

  private List<Transcript> generations() {
    return prompts.stream().flatMap(List::stream).toList();
  }

  private static String percent(long part, long whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f", 100.0 * part / whole);
  }
}
