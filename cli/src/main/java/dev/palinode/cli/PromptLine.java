package dev.palinode.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.cli.options.RequestPrompt;
import dev.palinode.io.TextFiles;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A prompt in a line of a file: a text, or a JSON object with {@code prompt} (a text) or {@code
 * messages} (a conversation, each message with {@code role} and {@code content}), and an optional
 * {@code id}. Other fields are ignored.
 *
 * @param number of the line, from 1
 * @param json the object; a text becomes its {@code prompt}
 * @param problem why it cannot be parsed; empty if it can
 */
record PromptLine(int number, JsonNode json, String problem) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The prompt for a model.
   *
   * @param format present if the prompt is a chat
   * @param system the system message, if any: makes a text the user's message of a chat
   * @throws IllegalArgumentException if the entry has no valid prompt
   */
  RequestPrompt prompt(LoadedModel model, Optional<ChatFormat> format, Optional<String> system) {
    JsonNode prompt = json.path("prompt");
    JsonNode messages = json.path("messages");
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    } else if (prompt.isTextual() && messages.isMissingNode()) {
      return system.isEmpty()
          ? new RequestPrompt.Text(model, prompt.textValue())
          : chat(format, system, List.of(Message.user(prompt.textValue())));
    } else if (prompt.isMissingNode() && messages.isArray() && !messages.isEmpty()) {
      return chat(format, system, conversation(messages));
    }
    throw new IllegalArgumentException(
        "expected either \"prompt\", a text, or \"messages\", a list");
  }

  private static RequestPrompt chat(
      Optional<ChatFormat> format, Optional<String> system, List<Message> conversation) {
    if (system.isPresent() && conversation.get(0).role() == Role.SYSTEM) {
      throw new IllegalArgumentException(
          "it has a system message of its own, and --system is given too");
    }
    List<Message> messages = new ArrayList<>(conversation);
    system.ifPresent(text -> messages.add(0, Message.system(text)));
    return new RequestPrompt.Chat(format.orElseThrow(), messages);
  }

  /**
   * Reads the lines of a UTF-8 file that are not empty.
   *
   * @throws IOException if it cannot be read, or contains no prompt
   */
  static List<PromptLine> read(Path file) throws IOException {
    List<PromptLine> prompts = new ArrayList<>();
    List<String> lines = TextFiles.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        prompts.add(parsed(i + 1, lines.get(i)));
      }
    }
    if (prompts.isEmpty()) {
      throw new IOException(file + ": no prompt in it; expected one on each line");
    }
    return prompts;
  }

  private static PromptLine parsed(int number, String line) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (!line.stripLeading().startsWith("{")) {
      return new PromptLine(number, nodes.objectNode().put("prompt", line), "");
    }
    try {
      return new PromptLine(number, JSON.readTree(line), "");
    } catch (JsonProcessingException e) {
      return new PromptLine(number, nodes.objectNode(), "not JSON: " + e.getOriginalMessage());
    }
  }

  private static List<Message> conversation(JsonNode messages) {
    List<Message> conversation = new ArrayList<>();
    for (JsonNode each : messages) {
      JsonNode content = each.path("content");
      if (!content.isTextual()) {
        throw new IllegalArgumentException("a message has no \"content\", a text");
      }
      conversation.add(new Message(Role.of(each.path("role").asText()), content.textValue()));
    }
    return conversation;
  }
}
