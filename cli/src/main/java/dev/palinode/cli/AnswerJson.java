package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.Usage;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.Transcript;
import java.util.Arrays;
import java.util.Locale;

/** Answers as JSON objects; {@code docs/command-line.md} describes their fields. */
final class AnswerJson {
  private AnswerJson() {}

  /** Adds how an answer ended: its text, all that was generated, and what it took. */
  static void put(ObjectNode json, Finished finished, Tokenizer tokenizer) {
    Transcript transcript = finished.transcript();
    json.put("text", finished.text());
    json.put("raw_text", tokenizer.decode(transcript.raw(), false));
    ids(json, "ids", transcript.visible());
    ids(json, "raw_ids", transcript.raw());
    transcript
        .withdrawals()
        .forEach(
            each ->
                json.withArray("withdrawals")
                    .addObject()
                    .put("at", each.at())
                    .put("tokens", each.tokens()));
    json.put("finish_reason", lower(finished.reason()));
    if (!finished.detail().isEmpty()) {
      json.put("detail", finished.detail());
    }
    json.set("usage", usage(finished.usage()));
  }

  /** {@code TOO_LONG -> too_long}. */
  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void ids(ObjectNode json, String name, int[] ids) {
    Arrays.stream(ids).forEach(json.putArray(name)::add);
  }

  private static ObjectNode usage(Usage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", usage.promptTokens())
        .put("sampled_tokens", usage.sampledTokens())
        .put("forced_tokens", usage.forcedTokens())
        .put("discarded_tokens", usage.discardedTokens())
        .put("visible_tokens", usage.visibleTokens())
        .put("resets", usage.resets())
        .put("guard_undos", usage.guardUndos())
        .put("seconds", usage.total().toNanos() / 1e9);
  }
}
