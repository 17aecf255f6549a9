package dev.palinode.cli.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.Usage;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.Transcript;
import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Writes each event of an answer as a line of JSON. The fields are in {@code docs/command-line.md}.
 */
public record AnswerJson(PrintStream out, Tokenizer tokenizer) implements AnswerScreen {
  @Override
  public void accept(GenerationEvent event) {
    out.println(json(event));
    out.flush();
  }

  private ObjectNode json(GenerationEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (event instanceof Token token) {
      json.put("event", "token").put("id", token.id()).put("text", token.text());
    } else if (event instanceof Undo undo) {
      json.put("event", "undo")
          .put("withdrawn", undo.withdrawn())
          .put("text", undo.text())
          .put("discarded", undo.discarded())
          .put("cause", lower(undo.cause()))
          .put("reason", undo.reason());
    } else if (event instanceof Finished finished) {
      json.put("event", "finished").put("rest", finished.rest());
      put(json, finished, tokenizer);
    } else if (event instanceof Failed failed) {
      json.put("event", "failed").put("error", Errors.message(failed.cause()));
    }
    return json;
  }

  /** Adds the fields of a finished answer: text, raw tokens, undos and usage. */
  public static void put(ObjectNode json, Finished finished, Tokenizer tokenizer) {
    Transcript transcript = finished.transcript();
    json.put("text", finished.text());
    json.put("raw_text", tokenizer.decode(transcript.raw(), false));
    IntStream.of(transcript.visible()).forEach(json.putArray("ids")::add);
    IntStream.of(transcript.raw()).forEach(json.putArray("raw_ids")::add);
    for (Transcript.Withdrawal each : transcript.withdrawals()) {
      json.withArray("withdrawals").addObject().put("at", each.at()).put("tokens", each.tokens());
    }
    json.put("finish_reason", lower(finished.reason()));
    if (!finished.detail().isEmpty()) {
      json.put("detail", finished.detail());
    }
    Usage usage = finished.usage();
    json.putObject("usage")
        .put("prompt_tokens", usage.promptTokens())
        .put("sampled_tokens", usage.sampledTokens())
        .put("forced_tokens", usage.forcedTokens())
        .put("discarded_tokens", usage.discardedTokens())
        .put("visible_tokens", usage.visibleTokens())
        .put("resets", usage.resets())
        .put("guard_undos", usage.guardUndos())
        .put("seconds", usage.total().toNanos() / 1e9);
  }

  /** {@code TOO_LONG -> too_long}. */
  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
