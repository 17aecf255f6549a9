package dev.palinode.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.palinode.server.engine.AnswerPart.Alternative;
import dev.palinode.server.engine.AnswerPart.Scored;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** {@code logprobs} of a completion: arrays with a place for each token. */
final class TextLogprobs {
  private TextLogprobs() {}

  /**
   * Writes the field.
   *
   * @param offset of the first token in the text, in code points
   */
  static void write(JsonGenerator json, List<Scored> tokens, int offset) throws IOException {
    json.writeObjectFieldStart("logprobs");
    json.writeArrayFieldStart("tokens");
    for (Scored token : tokens) {
      json.writeString(token.text());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("token_logprobs");
    for (Scored token : tokens) {
      number(json, token.logprob());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("top_logprobs");
    for (Scored token : tokens) {
      top(json, token);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("text_offset");
    int at = offset;
    for (Scored token : tokens) {
      json.writeNumber(at);
      at += token.text().codePointCount(0, token.text().length());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, OptionalDouble value) throws IOException {
    if (value.isPresent()) {
      json.writeNumber(JsonParts.logprob(value.getAsDouble()));
    } else {
      json.writeNull();
    }
  }

  /** The likeliest tokens and the token itself; of several with one text, the likeliest. */
  private static void top(JsonGenerator json, Scored token) throws IOException {
    if (token.logprob().isEmpty()) {
      json.writeNull();
      return;
    }
    Map<String, Double> top = new LinkedHashMap<>();
    for (Alternative each : token.top()) {
      top.merge(each.text(), each.logprob(), Math::max);
    }
    top.merge(token.text(), token.logprob().getAsDouble(), Math::max);
    json.writeStartObject();
    for (Map.Entry<String, Double> each : top.entrySet()) {
      json.writeNumberField(each.getKey(), JsonParts.logprob(each.getValue()));
    }
    json.writeEndObject();
  }
}
