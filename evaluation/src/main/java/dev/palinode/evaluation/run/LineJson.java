package dev.palinode.evaluation.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.Answer.Trace;
import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.lang3.EnumUtils;

/** A request and its answer in a line of results. Times are in milliseconds. */
public final class LineJson {
  private LineJson() {}

  /** Adds what a model was asked. */
  public static void putRequest(ObjectNode line, ChatRequest request) {
    ArrayNode prompt = line.putArray("prompt");
    request
        .conversation()
        .forEach(
            each ->
                prompt
                    .addObject()
                    .put("role", each.role().templateName())
                    .put("content", each.content()));
    line.put("opening", request.opening()).put("seed", request.seed());
  }

  /** Adds an answer. What was withdrawn is left out where it is not known. */
  public static void putAnswer(ObjectNode line, Given answer) {
    Optional<Trace> trace = answer.trace();
    trace.ifPresent(it -> line.put("raw", it.text()));
    trace.ifPresent(it -> Arrays.stream(it.ids().toArray()).forEach(line.putArray("raw_ids")::add));
    line.put("visible", answer.text());
    trace.ifPresent(it -> putWithdrawals(line.putArray("withdrawals"), it.withdrawals()));
    line.put("finish", answer.finish().name().toLowerCase(Locale.ROOT));
    if (!answer.detail().isEmpty()) {
      line.put("detail", answer.detail());
    }
    Usage usage = answer.usage();
    line.put("prompt_tokens", usage.promptTokens()).put("sampled_tokens", usage.sampledTokens());
    line.put("discarded_tokens", usage.discardedTokens());
    line.put("visible_tokens", usage.visibleTokens()).put("resets", usage.resets());
    line.put("ms_total", millis(usage.total()));
    putTime(line, "ms_to_first_token", usage.toFirstToken());
    putTime(line, "ms_to_first_effective_token", usage.toFirstEffectiveToken());
  }

  private static void putWithdrawals(ArrayNode all, List<Withdrawal> withdrawals) {
    for (Withdrawal each : withdrawals) {
      ObjectNode one = all.addObject().put("at", each.at()).put("tokens", each.tokens());
      one.put("text", each.text()).put("cause", each.cause().name().toLowerCase(Locale.ROOT));
      if (!each.reason().isEmpty()) {
        one.put("reason", each.reason());
      }
    }
  }

  /**
   * The withdrawals of a line, in their order; none where they are not known.
   *
   * @throws IllegalArgumentException if one has no known cause
   */
  public static List<Withdrawal> withdrawals(JsonNode line) {
    List<Withdrawal> all = new ArrayList<>();
    for (JsonNode each : line.path("withdrawals")) {
      int at = each.path("at").asInt();
      int tokens = each.path("tokens").asInt();
      String text = each.path("text").asText();
      all.add(new Withdrawal(at, tokens, text, cause(each), each.path("reason").asText()));
    }
    return all;
  }

  private static UndoCause cause(JsonNode withdrawal) {
    String name = withdrawal.path("cause").asText();
    return Optional.ofNullable(EnumUtils.getEnumIgnoreCase(UndoCause.class, name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "withdrawals.cause is \"%s\": expected reset, guard or unchecked"
                        .formatted(name)));
  }

  private static void putTime(ObjectNode line, String field, Optional<Duration> time) {
    time.ifPresent(it -> line.put(field, millis(it)));
  }

  private static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e4) / 1e2;
  }
}
