package dev.palinode.data.format;

import static dev.palinode.data.format.DroppedRowException.dropIf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** Drops a row whose messages in these fields have tools, or content other than text. */
  static void dropUnusable(Row row, String... names) throws DroppedRowException {
    for (String name : names) {
      for (JsonNode each : row.path(name)) {
        boolean usesTools =
            TOOLS.contains(speaker(each).asText()) || !each.path("tool_calls").isEmpty();
        dropIf(usesTools, DropReason.USES_TOOLS);
        for (JsonNode part : each.path("content")) {
          dropIf(!part.path("type").asText("text").equals("text"), DropReason.NOT_ONLY_TEXT);
        }
      }
    }
  }

  /** Drops two conversations that do not both end with an answer to the same messages. */
  static void dropUnlikePrompts(List<Message> chosen, List<Message> rejected)
      throws DroppedRowException {
    dropIf(!endWithAnswer(chosen) || !endWithAnswer(rejected), DropReason.ENDS_WITHOUT_ANSWER);
    dropIf(!beforeLast(chosen).equals(beforeLast(rejected)), DropReason.PROMPTS_DIFFER);
  }

  /**
   * The messages of a field.
   *
   * @throws BrokenRowException if it is not a list, or a message has no known role or no text
   */
  static List<Message> read(Row row, String field) throws BrokenRowException {
    List<Message> messages = new ArrayList<>();
    for (JsonNode each : row.list(field)) {
      messages.add(new Message(role(row, field, each), content(row, field, each)));
    }
    return messages;
  }

  /** The messages of a field; a text is one user message. */
  static List<Message> prompt(Row row, String field) throws BrokenRowException {
    return row.path(field).isArray() ? read(row, field) : List.of(Message.user(row.text(field)));
  }

  /**
   * The answer in a field: a text, or one assistant message.
   *
   * @param prompt messages that may precede it
   * @throws BrokenRowException if the field has other messages
   */
  static String answer(Row row, String field, List<Message> prompt) throws BrokenRowException {
    if (!row.path(field).isArray()) {
      return row.text(field);
    }
    List<Message> messages = read(row, field);
    int before = messages.size() - 1;
    if (before == prompt.size() && messages.subList(0, before).equals(prompt)) {
      messages = messages.subList(before, before + 1);
    }
    if (messages.size() != 1 || !endWithAnswer(messages)) {
      throw row.problem(
          "field \"%s\" has %s messages; expected one, the assistant's (messages before it belong to"
                  .formatted(field, messages.size())
              + " \"prompt\")");
    }
    return messages.get(0).content();
  }

  /** Whether the last message is the assistant's. */
  static boolean endWithAnswer(List<Message> messages) {
    return !messages.isEmpty() && last(messages).role() == Role.ASSISTANT;
  }

  static boolean isBlank(Message message) {
    return message.content().isBlank();
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

  private static Role role(Row row, String field, JsonNode message) throws BrokenRowException {
    JsonNode speaker = speaker(message);
    if (!speaker.isTextual()) {
      throw expected(row, field);
    }
    Role role = ROLES.get(speaker.textValue());
    if (role == null) {
      throw row.problem(
          "field \"%s\": unknown role \"%s\": expected system, user or assistant"
              .formatted(field, speaker.textValue()));
    }
    return role;
  }

  private static String content(Row row, String field, JsonNode message) throws BrokenRowException {
    JsonNode content = message.has("role") ? message.path("content") : message.path("value");
    if (content.isTextual()) {
      return row.text(field, content);
    } else if (!content.isArray()) {
      throw expected(row, field);
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      text.append(row.text(field, part.isTextual() ? part : part.path("text")));
    }
    return text.toString();
  }

  private static BrokenRowException expected(Row row, String field) {
    return row.problem(
        "field \"" + field + "\": expected messages with a \"role\" and a \"content\" of text");
  }
}
