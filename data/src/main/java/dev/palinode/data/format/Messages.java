package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reader of message lists in the two common layouts: {@code role} and {@code content} (OpenAI,
 * TRL), with text or text parts as content; {@code from} and {@code value} (ShareGPT).
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

  /** Whether a value is a string or looks like messages. */
  static boolean orTextFit(JsonNode value) {
    return value.isTextual() || fit(value);
  }

  /**
   * Why the messages of these fields cannot be used (tools, or content other than text); null if
   * they can.
   */
  static @Nullable DropReason dropReason(RowReader fields, String... names) {
    for (String name : names) {
      for (JsonNode each : fields.value(name)) {
        if (TOOLS.contains(speaker(each).asText()) || !each.path("tool_calls").isEmpty()) {
          return DropReason.USES_TOOLS;
        }
        for (JsonNode part : each.path("content")) {
          if (!part.path("type").asText("text").equals("text")) {
            return DropReason.NOT_ONLY_TEXT;
          }
        }
      }
    }
    return null;
  }

  /**
   * The messages of a field.
   *
   * @throws BrokenRowException if it is not a list, or a message has no known role or no text
   */
  static List<Message> read(RowReader fields, String field) throws BrokenRowException {
    List<Message> messages = new ArrayList<>();
    for (JsonNode each : fields.list(field)) {
      messages.add(new Message(role(fields, field, each), content(fields, field, each)));
    }
    return messages;
  }

  /** The messages of a field; a text is one user message. */
  static List<Message> prompt(RowReader fields, String field) throws BrokenRowException {
    return fields.value(field).isArray()
        ? read(fields, field)
        : List.of(Message.user(fields.text(field)));
  }

  /**
   * The answer in a field: a text, or one assistant message.
   *
   * @param prompt messages that may precede it
   * @throws BrokenRowException if the field has other messages
   */
  static String answer(RowReader fields, String field, List<Message> prompt)
      throws BrokenRowException {
    if (!fields.value(field).isArray()) {
      return fields.text(field);
    }
    List<Message> messages = read(fields, field);
    int before = messages.size() - 1;
    if (before == prompt.size() && messages.subList(0, before).equals(prompt)) {
      messages = messages.subList(before, before + 1);
    }
    if (messages.size() != 1 || !endWithAnswer(messages)) {
      throw fields.problem(
          String.format(
              Locale.ROOT,
              "field \"%s\" has %d messages; expected one, the assistant's (messages before it"
                  + " belong to \"prompt\")",
              field,
              messages.size()));
    }
    return messages.get(0).content();
  }

  /** Whether the last message is the assistant's. */
  static boolean endWithAnswer(List<Message> messages) {
    return !messages.isEmpty() && last(messages).role() == Role.ASSISTANT;
  }

  static Message last(List<Message> messages) {
    return messages.get(messages.size() - 1);
  }

  /** All messages but the last. */
  static List<Message> beforeLast(List<Message> messages) {
    return messages.subList(0, messages.size() - 1);
  }

  private static JsonNode speaker(JsonNode message) {
    return message.has("role") ? message.path("role") : message.path("from");
  }

  private static Role role(RowReader fields, String field, JsonNode message)
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

  private static String content(RowReader fields, String field, JsonNode message)
      throws BrokenRowException {
    JsonNode content = message.has("role") ? message.path("content") : message.path("value");
    if (content.isTextual()) {
      return fields.text(field, content);
    } else if (!content.isArray()) {
      throw expected(fields, field);
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(fields.text(field, part.isTextual() ? part : part.path("text")));
    }
    return text.toString();
  }

  private static BrokenRowException expected(RowReader fields, String field) {
    return fields.problem(
        "field \"" + field + "\": expected messages with a \"role\" and a \"content\" of text");
  }
}
