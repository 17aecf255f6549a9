package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists of messages in the two common layouts: {@code role} and {@code content} (OpenAI, TRL), with
 * a content of text or of text parts; {@code from} and {@code value} (ShareGPT).
 */
final class Messages {
  private static final Map<String, Role> ROLES =
      Map.of(
          "system", Role.SYSTEM,
          "developer", Role.SYSTEM,
          "user", Role.USER,
          "human", Role.USER,
          "prompter", Role.USER,
          "assistant", Role.ASSISTANT,
          "gpt", Role.ASSISTANT,
          "chatgpt", Role.ASSISTANT);

  private static final Set<String> TOOLS =
      Set.of("tool", "function", "ipython", "function_call", "observation");

  private Messages() {}

  /** Whether a value looks like messages. */
  static boolean fit(JsonNode list) {
    JsonNode first = list.path(0);
    return (first.has("role") && first.has("content")) || (first.has("from") && first.has("value"));
  }

  /** Why messages cannot be text alone; null if they can. */
  static @Nullable DropReason dropReason(JsonNode list) {
    for (JsonNode each : list) {
      if (TOOLS.contains(speaker(each).asText()) || !each.path("tool_calls").isEmpty()) {
        return DropReason.USES_TOOLS;
      }
      for (JsonNode part : each.path("content")) {
        if (!part.path("type").asText("text").equals("text")) {
          return DropReason.NOT_ONLY_TEXT;
        }
      }
    }
    return null;
  }

  /**
   * @param field in which the list stands, for complaints
   * @throws BrokenRowException if a message has no known role, or no text
   */
  static List<Message> read(Fields fields, String field, JsonNode list) throws BrokenRowException {
    List<Message> messages = new ArrayList<>();
    for (JsonNode each : list) {
      messages.add(new Message(role(fields, field, each), content(fields, field, each)));
    }
    return messages;
  }

  private static JsonNode speaker(JsonNode message) {
    return message.has("role") ? message.path("role") : message.path("from");
  }

  private static Role role(Fields fields, String field, JsonNode message)
      throws BrokenRowException {
    JsonNode speaker = speaker(message);
    if (!speaker.isTextual()) {
      throw expected(fields, field);
    }
    Role role = ROLES.get(speaker.textValue());
    if (role == null) {
      throw fields.problem(
          "field \"%s\": unknown role \"%s\": expected system, user or assistant"
              .formatted(field, speaker.textValue()));
    }
    return role;
  }

  private static String content(Fields fields, String field, JsonNode message)
      throws BrokenRowException {
    JsonNode content = message.has("role") ? message.path("content") : message.path("value");
    if (content.isTextual()) {
      return fields.text(field, content);
    }
    if (!content.isArray()) {
      throw expected(fields, field);
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(fields.text(field, part.isTextual() ? part : part.path("text")));
    }
    return text.toString();
  }

  private static BrokenRowException expected(Fields fields, String field) {
    return fields.problem(
        "field \"" + field + "\": expected messages with a \"role\" and a \"content\" of text");
  }
}
