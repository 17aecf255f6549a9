package dev.palinode.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.palinode.server.engine.AnswerPart.Scored;
import java.io.IOException;
import java.util.List;

/** Writes the response to a request that is not streamed. */
public final class ResponseWriter {
  /**
   * A complete answer.
   *
   * @param text of the choice
   * @param tokens of the text with log-probabilities, if they are asked for
   */
  public record Choice(String text, List<Scored> tokens, Answered answered) {
    public Choice {
      tokens = List.copyOf(tokens);
    }
  }

  private ResponseWriter() {}

  /**
   * The body of the response.
   *
   * @param id of the response
   * @param created seconds since 1970
   * @param choices in the order of their indices
   * @param promptTokens of all prompts together
   */
  public static byte[] write(
      CompletionCall call, String id, long created, List<Choice> choices, long promptTokens) {
    long sampled =
        choices.stream().mapToLong(choice -> choice.answered().usage().sampledTokens()).sum();
    return JsonParts.bytes(
        json -> {
          json.writeStartObject();
          json.writeStringField("id", id);
          json.writeStringField("object", call.chat() ? "chat.completion" : "text_completion");
          json.writeNumberField("created", created);
          json.writeStringField("model", call.model());
          json.writeArrayFieldStart("choices");
          for (int i = 0; i < choices.size(); i++) {
            choice(json, call, i, choices.get(i));
          }
          json.writeEndArray();
          JsonParts.usage(json, promptTokens, sampled);
          json.writeEndObject();
        });
  }

  private static void choice(JsonGenerator json, CompletionCall call, int index, Choice choice)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", index);
    if (call.chat()) {
      json.writeObjectFieldStart("message");
      json.writeStringField("role", "assistant");
      json.writeStringField("content", choice.text());
      json.writeNullField("refusal");
      json.writeEndObject();
    } else {
      json.writeStringField("text", choice.text());
    }
    if (!call.logprobs()) {
      json.writeNullField("logprobs");
    } else if (call.chat()) {
      JsonParts.chatLogprobs(json, choice.tokens());
    } else {
      TextLogprobs.write(json, choice.tokens(), 0);
    }
    json.writeStringField("finish_reason", choice.answered().finishReason());
    JsonParts.finished(json, choice.answered());
    json.writeEndObject();
  }
}
