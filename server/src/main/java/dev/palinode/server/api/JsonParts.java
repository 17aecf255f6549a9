package dev.palinode.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.server.engine.AnswerPart.Alternative;
import dev.palinode.server.engine.AnswerPart.Retraction;
import dev.palinode.server.engine.AnswerPart.Scored;
import dev.palinode.server.engine.EngineModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Parts that several responses have, and the small responses. Stateless. */
public final class JsonParts {
  private static final JsonFactory FACTORY = new JsonFactory();

  /** Writes JSON. */
  @FunctionalInterface
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  private JsonParts() {}

  static byte[] bytes(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(bytes, writing);
    return bytes.toByteArray();
  }

  /** Appends JSON to a buffer in memory. */
  static void write(OutputStream buffer, Writing writing) {
    try (JsonGenerator json = FACTORY.createGenerator(buffer)) {
      writing.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException("JSON can always be written to memory", e);
    }
  }

  /** An error in OpenAI's form. */
  public static byte[] error(ApiException error) {
    return bytes(
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeStringField("message", error.text());
          json.writeStringField("type", error.type());
          json.writeStringField("param", error.field());
          json.writeStringField("code", error.code());
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  /** The response of {@code /v1/models}. */
  public static byte[] models(List<EngineModel> models) {
    return bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (EngineModel model : models) {
            model(json, model);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** The response of {@code /v1/models/NAME}. */
  public static byte[] model(EngineModel model) {
    return bytes(json -> model(json, model));
  }

  private static void model(JsonGenerator json, EngineModel model) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", model.id());
    json.writeStringField("object", "model");
    json.writeNumberField("created", model.created().getEpochSecond());
    json.writeStringField("owned_by", "palinode");
    json.writeObjectFieldStart("palinode");
    json.writeBooleanField("reset_token", model.hasReset());
    json.writeBooleanField("reset_probability", model.tellsReset());
    strings(json, "guards", model.guards());
    json.writeBooleanField("guards_mandatory", model.guardsMandatory());
    json.writeNumberField("hold_back", model.holdBack());
    json.writeArrayFieldStart("stream_modes");
    for (StreamMode mode : StreamMode.values()) {
      json.writeString(mode.wireName());
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  /** OpenAI's token counts; sampled tokens count whether they stand or not. */
  static void usage(JsonGenerator json, long prompt, long sampled) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", prompt);
    json.writeNumberField("completion_tokens", sampled);
    json.writeNumberField("total_tokens", prompt + sampled);
    json.writeEndObject();
  }

  /** The field {@code palinode} of a finished choice. */
  static void finished(JsonGenerator json, Answered answered) throws IOException {
    json.writeObjectFieldStart("palinode");
    json.writeStringField("finish", answered.finish().name().toLowerCase(Locale.ROOT));
    json.writeStringField("detail", answered.detail());
    Usage usage = answered.usage();
    json.writeObjectFieldStart("usage");
    json.writeNumberField("sampled_tokens", usage.sampledTokens());
    json.writeNumberField("visible_tokens", usage.visibleTokens());
    json.writeNumberField("discarded_tokens", usage.discardedTokens());
    json.writeNumberField("resets", usage.resets());
    json.writeNumberField("guard_undos", usage.guardUndos());
    time(json, "time_to_first_token_ms", usage.waiting(), usage.toFirstToken());
    time(json, "time_to_first_effective_token_ms", usage.waiting(), usage.toFirstEffectiveToken());
    json.writeEndObject();
    if (answered.withdrawn().isPresent()) {
      json.writeArrayFieldStart("withdrawn");
      for (Retraction each : answered.withdrawn().get()) {
        json.writeStartObject();
        withdrawn(json, each.text(), each);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void time(
      JsonGenerator json, String field, Duration waiting, Optional<Duration> time)
      throws IOException {
    if (time.isPresent()) {
      json.writeNumberField(field, Math.rint(waiting.plus(time.get()).toNanos() / 1e3) / 1e3);
    } else {
      json.writeNullField(field);
    }
  }

  /** What was withdrawn, of which {@code text} was sent, and why. */
  static void withdrawn(JsonGenerator json, String text, Retraction retraction) throws IOException {
    json.writeStringField("text", text);
    json.writeStringField("cause", retraction.cause() == UndoCause.RESET ? "reset" : "guard");
    json.writeStringField("reason", retraction.reason());
  }

  /** {@code logprobs} of chat: for each token, it and its alternatives. */
  static void chatLogprobs(JsonGenerator json, List<Scored> tokens) throws IOException {
    json.writeObjectFieldStart("logprobs");
    json.writeArrayFieldStart("content");
    for (Scored token : tokens) {
      json.writeStartObject();
      token(json, token.text(), token.logprob().orElse(0));
      json.writeArrayFieldStart("top_logprobs");
      for (Alternative each : token.top()) {
        json.writeStartObject();
        token(json, each.text(), each.logprob());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullField("refusal");
    json.writeEndObject();
  }

  private static void token(JsonGenerator json, String text, double logprob) throws IOException {
    json.writeStringField("token", text);
    json.writeNumberField("logprob", logprob(logprob));
    json.writeArrayFieldStart("bytes");
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      json.writeNumber(Byte.toUnsignedInt(each));
    }
    json.writeEndArray();
  }

  /** JSON has no infinity; -9999 is OpenAI's value for a token that cannot be. */
  static double logprob(double value) {
    return Math.max(value, -9999);
  }
}
