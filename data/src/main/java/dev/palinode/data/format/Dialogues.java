package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Row formats of conversations. */
final class Dialogues {
  private static final List<String> FIELDS = List.of("messages", "conversations", "conversation");

  /**
   * {@code messages} with {@code role} and {@code content} (OpenAI), or {@code conversations} with
   * {@code from} and {@code value} (ShareGPT). A text in a field {@code system} becomes the first
   * message. Conversations with tools, images or empty messages are dropped.
   */
  static final RowFormat CONVERSATION =
      new Layout(
          "conversation",
          "messages with role and content (OpenAI), or conversations with from and value"
              + " (ShareGPT)",
          row -> FIELDS.stream().anyMatch(field -> Messages.fit(row.path(field))),
          Dialogues::conversation);

  /**
   * Message trees of OpenAssistant (Koepf et al. 2023, arXiv 2304.07327): a {@code prompt} with
   * nested {@code replies}. Each tree gives one conversation, which follows the best-ranked reply
   * at each step.
   *
   * <ul>
   *   <li>Rank 0 is the best. Replies without a rank come last; ties go to the first in the file.
   *   <li>Replies that are deleted, failed review ({@code review_result} false), have no text, or
   *       have the same role as their parent, are left out with their subtrees. A tree with such a
   *       prompt is dropped.
   *   <li>Messages marked {@code synthetic} (written by a model) are included: people ranked them,
   *       too.
   *   <li>The conversation ends with the assistant: a last question without a reply is omitted. A
   *       tree without an answer is dropped.
   * </ul>
   */
  static final RowFormat TREE =
      new Layout(
          "openassistant",
          "trees of prompt and replies with ranks (OpenAssistant); the best-ranked path is taken",
          row -> row.path("prompt").path("replies").isArray() && row.path("prompt").has("text"),
          Dialogues::bestPath);

  private Dialogues() {}

  private static ParseResult conversation(RowReader fields) throws BrokenRowException {
    String field = fields.firstOf(FIELDS).orElse("messages");
    DropReason reason = Messages.dropReason(fields, field);
    if (reason != null) {
      return ParseResult.dropped(reason);
    }
    List<Message> messages = Messages.read(fields, field);
    String system = fields.text("system", "");
    if (!system.isBlank()) {
      messages.add(0, Message.system(system));
    }
    return messages.stream().anyMatch(message -> message.content().isBlank())
        ? ParseResult.dropped(DropReason.EMPTY_TURN)
        : ParseResult.of(new Conversation(messages));
  }

  private static ParseResult bestPath(RowReader fields) throws BrokenRowException {
    JsonNode prompt = fields.value("prompt");
    if (!prompt.isObject()) {
      throw fields.problem(
          "field \"prompt\" is " + RowReader.kind(prompt) + "; expected a message");
    }
    List<Message> path = new ArrayList<>();
    Optional<JsonNode> next = Optional.of(prompt).filter(each -> isUsable(each, Role.USER));
    while (next.isPresent()) {
      Role speaker = path.size() % 2 == 0 ? Role.USER : Role.ASSISTANT;
      path.add(new Message(speaker, fields.text("text", next.get().path("text"))));
      next = best(next.get().path("replies"), speaker == Role.USER ? Role.ASSISTANT : Role.USER);
    }
    if (path.size() % 2 == 1) {
      path.remove(path.size() - 1);
    }
    return path.isEmpty()
        ? ParseResult.dropped(DropReason.ENDS_WITHOUT_ANSWER)
        : ParseResult.of(new Conversation(path));
  }

  private static Optional<JsonNode> best(JsonNode replies, Role speaker) {
    JsonNode best = null;
    for (JsonNode each : replies) {
      if (isUsable(each, speaker) && (best == null || rank(each) < rank(best))) {
        best = each;
      }
    }
    return Optional.ofNullable(best);
  }

  private static long rank(JsonNode reply) {
    return reply.path("rank").isNumber() ? reply.path("rank").longValue() : Long.MAX_VALUE;
  }

  private static boolean isUsable(JsonNode message, Role speaker) {
    String role = message.path("role").asText();
    return role.equals(speaker == Role.USER ? "prompter" : "assistant")
        && !message.path("deleted").booleanValue()
        && !message.path("review_result").equals(BooleanNode.FALSE)
        && !message.path("text").asText().isBlank();
  }
}
