package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.FinishReason;
import dev.palinode.server.engine.AnswerPart.Alternative;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.AnswerPart.Scored;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * An event of an upstream's stream, of a chat or a completion.
 *
 * @param text of its tokens; may be empty
 * @param scored its tokens with log-probabilities, if the upstream was asked for them
 * @param ids of its tokens, likewise (vLLM)
 * @param finish why the answer ended; empty if it goes on
 * @param usage the upstream's token counts; a missing node if there are none
 * @param palinode what {@code palinode serve} adds; otherwise a missing node
 */
record Chunk(
    String text,
    List<Scored> scored,
    List<Integer> ids,
    Optional<FinishReason> finish,
    JsonNode usage,
    JsonNode palinode) {

  /**
   * Reads an event.
   *
   * @throws EngineException if it is an error, or no part of an answer
   */
  static Chunk of(JsonNode event) throws EngineException {
    JsonNode choice = event.path("choices").path(0);
    if (!event.path("choices").isArray() || choice.path("index").asInt() != 0) {
      throw new EngineException(Kind.UPSTREAM, "an upstream sent something that is no answer");
    }
    JsonNode logprobs = choice.path("logprobs");
    List<Integer> ids = new ArrayList<>();
    choice.path("token_ids").forEach(id -> ids.add(id.asInt()));
    return new Chunk(
        choice.path("delta").path("content").asText("") + choice.path("text").asText(""),
        logprobs.has("content") ? ofChat(logprobs.path("content")) : ofCompletion(logprobs),
        ids,
        finish(choice.path("finish_reason")),
        event.path("usage"),
        event.path("palinode").isMissingNode() ? choice.path("palinode") : event.path("palinode"));
  }

  /** Number of its tokens, as far as the upstream shows it: one if there is text. */
  int tokens() {
    int least = text.isEmpty() ? 0 : 1;
    return Math.max(least, ids.isEmpty() ? scored.size() : ids.size());
  }

  /**
   * Its tokens. Where their borders are unknown, the last one has all the text.
   *
   * @param reset text of the reset token, which some upstreams (TGI) show only in {@link #scored}
   */
  List<Piece> pieces(Optional<String> reset) {
    OptionalDouble probability = number(palinode.path("reset_probability"));
    String joined = scored.stream().map(Scored::text).collect(Collectors.joining());
    boolean hidesReset =
        reset.isPresent()
            && !text.contains(reset.get())
            && scored.stream().anyMatch(token -> token.text().equals(reset.get()));
    List<Piece> pieces = new ArrayList<>();
    int count = tokens();
    for (int i = 0; i < count; i++) {
      Optional<Scored> own = scored.size() == count ? Optional.of(scored.get(i)) : Optional.empty();
      String whole = i == count - 1 ? text : "";
      boolean isKnown = own.isPresent() && (hidesReset || joined.equals(text));
      pieces.add(new Piece(isKnown ? own.get().text() : whole, own, probability));
    }
    return pieces;
  }

  private static Optional<FinishReason> finish(JsonNode reason) throws EngineException {
    return switch (reason.asText("")) {
      case "", "null" -> Optional.empty();
      case "stop", "eos_token", "stop_sequence" -> Optional.of(FinishReason.STOP);
      case "length" -> Optional.of(FinishReason.LENGTH);
      case "content_filter" -> Optional.of(FinishReason.REFUSED);
      default ->
          throw new EngineException(
              Kind.UPSTREAM, "an upstream ended the answer early: " + reason.asText());
    };
  }

  private static List<Scored> ofChat(JsonNode content) {
    List<Scored> tokens = new ArrayList<>();
    for (JsonNode token : content) {
      List<Alternative> top = new ArrayList<>();
      token.path("top_logprobs").forEach(each -> top.add(alternative(each)));
      tokens.add(new Scored(token.path("token").asText(), number(token.path("logprob")), top));
    }
    return tokens;
  }

  private static Alternative alternative(JsonNode token) {
    return new Alternative(token.path("token").asText(), token.path("logprob").asDouble());
  }

  private static List<Scored> ofCompletion(JsonNode logprobs) {
    List<Scored> tokens = new ArrayList<>();
    JsonNode texts = logprobs.path("tokens");
    for (int i = 0; i < texts.size(); i++) {
      List<Alternative> top = new ArrayList<>();
      logprobs
          .path("top_logprobs")
          .path(i)
          .properties()
          .forEach(each -> top.add(new Alternative(each.getKey(), each.getValue().asDouble())));
      top.sort((a, b) -> Double.compare(b.logprob(), a.logprob()));
      OptionalDouble own = number(logprobs.path("token_logprobs").path(i));
      tokens.add(new Scored(texts.get(i).asText(), own, top));
    }
    return tokens;
  }

  private static OptionalDouble number(JsonNode value) {
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
