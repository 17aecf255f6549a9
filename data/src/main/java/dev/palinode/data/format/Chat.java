package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.Conversation;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;
import java.util.List;

/**
 * Conversations: {@code messages} with {@code role} and {@code content} (OpenAI), or {@code
 * conversations} with {@code from} and {@code value} (ShareGPT). A text in a field {@code system}
 * beside them is their first message. Conversations with tools, images or empty messages are
 * dropped.
 */
final class Chat implements RowFormat {
  private static final List<String> FIELDS = List.of("messages", "conversations", "conversation");

  @Override
  public String name() {
    return "conversation";
  }

  @Override
  public String description() {
    return "messages with role and content (OpenAI), or conversations with from and value"
        + " (ShareGPT)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return FIELDS.stream().anyMatch(field -> Messages.fit(row.path(field)));
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String field = fields.firstOf(FIELDS).orElse("messages");
    JsonNode list = fields.list(field);
    DropReason reason = Messages.dropReason(list);
    if (reason != null) {
      return Reading.dropped(reason);
    }
    List<Message> messages = Messages.read(fields, field, list);
    String system = fields.text("system", "");
    if (!system.isBlank()) {
      messages.add(0, Message.system(system));
    }
    if (messages.stream().anyMatch(message -> message.content().isBlank())) {
      return Reading.dropped(DropReason.EMPTY_TURN);
    }
    return Reading.of(fields.make(() -> new Conversation(messages)));
  }
}
