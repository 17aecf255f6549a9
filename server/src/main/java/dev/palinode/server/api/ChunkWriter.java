package dev.palinode.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.palinode.server.engine.AnswerPart.Retraction;
import dev.palinode.server.engine.AnswerPart.Scored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Writes the events of a stream into a buffer. Not thread-safe. */
public final class ChunkWriter {
  private static final byte[] EVENT = ascii("data: ");
  private static final byte[] END = ascii("\n\n");
  private static final byte[] DONE = ascii("data: [DONE]\n\n");
  private static final byte[] COMMENT = ascii(": waiting\n\n");

  private final CompletionCall call;
  private final String id;
  private final long created;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(1024);

  /**
   * A writer of one stream.
   *
   * @param id of the response
   * @param created seconds since 1970
   */
  public ChunkWriter(CompletionCall call, String id, long created) {
    this.call = call;
    this.id = id;
    this.created = created;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The first chunk of a choice of a chat. */
  public void role(int index) {
    if (call.chat()) {
      chunk(
          json -> {
            choiceStart(json, index);
            json.writeObjectFieldStart("delta");
            json.writeStringField("role", "assistant");
            json.writeStringField("content", "");
            json.writeEndObject();
            choiceEnd(json, null);
          });
    }
  }

  /**
   * Text of a choice.
   *
   * @param tokens their log-probabilities; empty if they are not asked for
   * @param offset of the text in the choice's, in code points
   */
  public void text(
      int index, String text, List<Scored> tokens, int offset, OptionalDouble resetProbability) {
    chunk(
        json -> {
          choiceStart(json, index);
          if (call.chat()) {
            json.writeObjectFieldStart("delta");
            json.writeStringField("content", text);
            json.writeEndObject();
          } else {
            json.writeStringField("text", text);
          }
          logprobs(json, tokens, offset);
          choiceEnd(json, null);
          if (resetProbability.isPresent()) {
            json.writeObjectFieldStart("palinode");
            json.writeNumberField("reset_probability", resetProbability.getAsDouble());
            json.writeEndObject();
          }
        });
  }

  private void logprobs(JsonGenerator json, List<Scored> tokens, int offset) throws IOException {
    if (!call.logprobs()) {
      return;
    } else if (call.chat()) {
      JsonParts.chatLogprobs(json, tokens);
    } else {
      TextLogprobs.write(json, tokens, offset);
    }
  }

  /**
   * Text of a choice was withdrawn.
   *
   * @param number of the retraction in its choice, from 1
   * @param from code points of the choice's text that stay
   * @param sent what was sent of the withdrawn text
   */
  public void retraction(int index, int number, int from, String sent, Retraction retraction) {
    chunk(
        json -> {
          emptyChoice(json, index, null);
          json.writeObjectFieldStart("palinode");
          json.writeObjectFieldStart("retraction");
          json.writeNumberField("id", number);
          json.writeNumberField("from", from);
          JsonParts.withdrawn(json, sent, retraction);
          json.writeEndObject();
          if (retraction.resetProbability().isPresent()) {
            json.writeNumberField("reset_probability", retraction.resetProbability().getAsDouble());
          }
          json.writeEndObject();
        });
  }

  /** The last chunk of a choice. */
  public void finish(int index, Answered answered) {
    chunk(
        json -> {
          emptyChoice(json, index, answered.finishReason());
          JsonParts.finished(json, answered);
        });
  }

  private void emptyChoice(JsonGenerator json, int index, @Nullable String reason)
      throws IOException {
    choiceStart(json, index);
    if (call.chat()) {
      json.writeObjectFieldStart("delta");
      json.writeEndObject();
    } else {
      json.writeStringField("text", "");
    }
    choiceEnd(json, reason);
  }

  /** The end of a stream whose answers are complete. */
  public void done(long promptTokens, long sampledTokens) {
    if (call.includeUsage()) {
      event(
          json -> {
            head(json);
            json.writeArrayFieldStart("choices");
            json.writeEndArray();
            JsonParts.usage(json, promptTokens, sampledTokens);
          });
    }
    buffer.writeBytes(DONE);
  }

  /** The end of a stream that failed. */
  public void error(ApiException error) {
    buffer.writeBytes(EVENT);
    buffer.writeBytes(JsonParts.error(error));
    buffer.writeBytes(END);
  }

  /** A comment, which clients skip, so that nobody on the way takes the connection for dead. */
  public void comment() {
    buffer.writeBytes(COMMENT);
  }

  private void chunk(JsonParts.Writing choice) {
    event(
        json -> {
          head(json);
          choice.to(json);
          if (call.includeUsage()) {
            json.writeNullField("usage");
          }
        });
  }

  private void event(JsonParts.Writing content) {
    buffer.writeBytes(EVENT);
    JsonParts.write(
        buffer,
        json -> {
          json.writeStartObject();
          content.to(json);
          json.writeEndObject();
        });
    buffer.writeBytes(END);
  }

  private void head(JsonGenerator json) throws IOException {
    json.writeStringField("id", id);
    json.writeStringField("object", call.chat() ? "chat.completion.chunk" : "text_completion");
    json.writeNumberField("created", created);
    json.writeStringField("model", call.model());
  }

  private static void choiceStart(JsonGenerator json, int index) throws IOException {
    json.writeArrayFieldStart("choices");
    json.writeStartObject();
    json.writeNumberField("index", index);
  }

  private static void choiceEnd(JsonGenerator json, @Nullable String reason) throws IOException {
    json.writeStringField("finish_reason", reason);
    json.writeEndObject();
    json.writeEndArray();
  }

  /** Whether there is anything to be sent. */
  public boolean isEmpty() {
    return buffer.size() == 0;
  }

  /** Writes the buffer, and empties it. */
  public void drainTo(OutputStream out) throws IOException {
    buffer.writeTo(out);
    buffer.reset();
  }
}
