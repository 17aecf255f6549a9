package dev.palinode.evaluation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Nearest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One answer of an evaluation, with its verdict and all data to trace a result.
 *
 * @param set name of the prompt set
 * @param index of the prompt in its set
 * @param prompt the user's message
 * @param rawIds all generated tokens, including reset tokens
 * @param raw their text, special tokens included
 * @param visible text of the visible tokens
 * @param verdict of the judge on {@code visible}
 * @param checks by name
 * @param finish why the generation ended
 * @param usage tokens and times
 * @param seed of the request
 */
@SuppressWarnings("ArrayRecordComponent") // results are written and counted, never compared
public record JudgedGeneration(
    String set,
    int index,
    String prompt,
    int[] rawIds,
    String raw,
    String visible,
    Verdict verdict,
    Map<String, Boolean> checks,
    FinishReason finish,
    Usage usage,
    long seed) {
  /**
   * Whether a check holds.
   *
   * @throws IllegalArgumentException if no check of that name was made
   */
  public boolean is(String check) {
    Boolean holds = checks.get(check);
    if (holds != null) {
      return holds;
    }
    List<String> made = List.copyOf(checks.keySet());
    throw new IllegalArgumentException(
        made.isEmpty()
            ? "no check \"%s\": no checks were made".formatted(check)
            : "no check \"%s\": did you mean \"%s\"? There are: %s"
                .formatted(check, Nearest.to(check, made), String.join(", ", made)));
  }

  /** One line of a results file. Times are in milliseconds. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("set", set).put("index", index).put("prompt", prompt).put("raw", raw);
    json.put("visible", visible);
    json.put("verdict", verdict.label().name()).put("reason", verdict.reason());
    ObjectNode checked = json.putObject("checks");
    checks.forEach(checked::put);
    json.put("finish", finish.name()).put("resets", usage.resets());
    json.put("sampled_tokens", usage.sampledTokens());
    json.put("discarded_tokens", usage.discardedTokens());
    json.put("visible_tokens", usage.visibleTokens());
    json.put("ms_total", millis(usage.total()));
    usage
        .toFirstEffectiveToken()
        .ifPresent(time -> json.put("ms_to_first_effective_token", millis(time)));
    json.put("seed", seed);
    Arrays.stream(rawIds).forEach(json.putArray("raw_ids")::add);
    return json;
  }

  private static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e4) / 1e2;
  }
}
