package dev.palinode.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prompts, one on each line: a text, or a JSON object with {@code prompt} (a text) or {@code
 * messages} (a conversation, each message with {@code role} and {@code content}), and with an
 * {@code id} if it has one. Other fields are passed over, and so are empty lines.
 */
record PromptFile(List<Entry> entries) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One prompt.
   *
   * @param line its number, from 1
   * @param id what the file calls it
   */
  record Entry(int line, Optional<JsonNode> id, Content content) {}

  /** What a line asks. */
  sealed interface Content {}

  /** A text to be continued. */
  record Text(String text) implements Content {}

  /** A conversation to be answered; at least one message. */
  record Chat(List<Message> messages) implements Content {}

  /** A line that asks nothing, and why. */
  record Broken(String problem) implements Content {}

  /**
   * Reads a file, UTF-8.
   *
   * @throws IOException if it cannot be read, or there is no prompt in it
   */
  static PromptFile read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          entries.add(entry(i + 1, lines.get(i)));
        }
      }
    } catch (CharacterCodingException e) {
      throw new IOException(file + " is not UTF-8 text", e);
    }
    if (entries.isEmpty()) {
      throw new IOException(file + ": no prompt in it; expected one on each line");
    }
    return new PromptFile(entries);
  }

  /** Whether there is a conversation among them. */
  boolean hasChats() {
    return entries.stream().anyMatch(entry -> entry.content() instanceof Chat);
  }

  private static Entry entry(int number, String line) {
    if (!line.stripLeading().startsWith("{")) {
      return new Entry(number, Optional.empty(), new Text(line));
    }
    try {
      JsonNode json = JSON.readTree(line);
      Optional<JsonNode> id = Optional.ofNullable(json.get("id"));
      return new Entry(number, id, content(json));
    } catch (JsonProcessingException e) {
      return new Entry(number, Optional.empty(), new Broken("not JSON: " + e.getOriginalMessage()));
    }
  }

  private static Content content(JsonNode json) {
    JsonNode prompt = json.path("prompt");
    JsonNode messages = json.path("messages");
    if (prompt.isTextual() && messages.isMissingNode()) {
      return new Text(prompt.textValue());
    } else if (prompt.isMissingNode() && messages.isArray() && !messages.isEmpty()) {
      return chat(messages);
    }
    return new Broken("expected either \"prompt\", a text, or \"messages\", a list");
  }

  private static Content chat(JsonNode messages) {
    List<Message> conversation = new ArrayList<>();
    for (JsonNode each : messages) {
      JsonNode content = each.path("content");
      if (!content.isTextual()) {
        return new Broken("a message has no \"content\", a text");
      }
      try {
        conversation.add(new Message(Role.of(each.path("role").asText()), content.textValue()));
      } catch (IllegalArgumentException e) {
        return new Broken(Errors.message(e));
      }
    }
    return new Chat(conversation);
  }
}
