package dev.palinode.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.server.engine.EngineRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a conversation.
 *
 * @param most how many there may be
 */
record ConversationReader(int most) {
  EngineRequest.Chat read(Fields request) {
    @Nullable JsonNode array = request.any("messages");
    if (array == null || !array.isArray() || array.isEmpty() || array.size() > most) {
      throw request.invalid("messages", "1 to " + most + " messages");
    }
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      messages.add(message(Fields.of(array.get(i), "messages[" + i + "]")));
    }
    return continued(request, messages);
  }

  /** With {@code continue_final_message}, the last message is the beginning of the answer. */
  private static EngineRequest.Chat continued(Fields request, List<Message> messages) {
    boolean goesOn = request.flag("continue_final_message");
    @Nullable JsonNode header = request.any("add_generation_prompt");
    boolean hasHeader = header != null && request.flag("add_generation_prompt");
    if (header != null && hasHeader == goesOn) {
      throw request.invalid(
          "add_generation_prompt", "the opposite of continue_final_message, or neither");
    }
    if (!goesOn) {
      return new EngineRequest.Chat(messages, "");
    }
    Message last = messages.remove(messages.size() - 1);
    if (last.role() != Role.ASSISTANT || messages.isEmpty()) {
      throw request.invalid(
          "continue_final_message", "a last message of the assistant, after another one");
    }
    return new EngineRequest.Chat(messages, last.content());
  }

  private static Message message(Fields fields) {
    String role = fields.text("role").orElseThrow(() -> fields.invalid("role", "a role"));
    Role speaker =
        switch (role) {
          case "system", "developer" -> Role.SYSTEM;
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          default -> throw fields.invalid("role", "system, developer, user or assistant");
        };
    String content = content(fields);
    // What OpenAI's answers have, and clients send back.
    fields.refuse("refusal");
    fields.refuse("annotations", "[]");
    fields.refuse("audio");
    fields.refuse("tool_calls", "[]");
    fields.refuse("function_call");
    fields.end();
    return new Message(speaker, content);
  }

  private static String content(Fields fields) {
    @Nullable JsonNode content = fields.any("content");
    if (content != null && content.isTextual()) {
      return content.textValue();
    } else if (content == null || !content.isArray() || content.isEmpty()) {
      throw fields.invalid("content", "a string, or parts of type \"text\"");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      Fields part = Fields.of(content.get(i), fields.name("content[" + i + "]"));
      if (!part.text("type").orElse("").equals("text")) {
        throw part.invalid("type", "\"text\"; no other parts are supported");
      }
      text.append(part.text("text").orElseThrow(() -> part.invalid("text", "a string")));
      part.end();
    }
    return text.toString();
  }
}
