package dev.palinode.data.format;

import static dev.palinode.data.format.DroppedRowException.dropIf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.UtilityExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Row formats of conversations, and of prompts with an answer. */
final class Dialogues {
  private static final List<String> INPUTS = List.of("input", "context");
  private static final List<String> OUTPUTS = List.of("output", "response");
  private static final List<String> COMPLETIONS = List.of("completion", "response");

  /** Stanford Alpaca and Dolly; an input follows the instruction after a blank line. */
  static final RowFormat INSTRUCTION =
      new RowFormat(
          "instruction",
          "instruction, input (may be empty) and output (Alpaca), or context and response (Dolly)",
          row -> row.path("instruction").isTextual() && hasText(row, OUTPUTS),
          row ->
              List.of(
                  example(
                      row.text("instruction"),
                      row.label(INPUTS, ""),
                      row.text(row.firstOf(OUTPUTS).orElse("output")))));

  /**
   * Seed tasks of Self-Instruct (Wang et al. 2023, arXiv 2212.10560): each instance is one record.
   */
  static final RowFormat SEED_TASKS =
      new RowFormat(
          "self-instruct",
          "instruction with instances of input and output (Self-Instruct seed tasks)",
          row -> row.path("instruction").isTextual() && row.path("instances").isArray(),
          Dialogues::instances);

  static final RowFormat COMPLETION =
      new RowFormat(
          "completion",
          "prompt and completion (or response), as text or messages (TRL)",
          row ->
              Messages.orTextFit(row.path("prompt"))
                  && COMPLETIONS.stream().anyMatch(name -> Messages.orTextFit(row.path(name))),
          row -> List.of(completion(row)));

  /**
   * GSM8K (Cobbe et al. 2021, arXiv 2110.14168): the answer keeps its working and the line {@code
   * #### number}.
   */
  static final RowFormat QUESTION_ANSWER =
      new RowFormat(
          "question-answer",
          "question and answer, as text (GSM8K)",
          row -> row.path("question").isTextual() && row.path("answer").isTextual(),
          row -> List.of(example(row.text("question"), "", row.text("answer"))));

  private static final List<String> CONVERSATIONS =
      List.of("messages", "conversations", "conversation");

  /**
   * Messages of OpenAI and ShareGPT. A text in a field {@code system} becomes the first message.
   * Conversations with tools, images or empty messages are dropped.
   */
  static final RowFormat CONVERSATION =
      new RowFormat(
          "conversation",
          "messages with role and content (OpenAI), or conversations with from and value"
              + " (ShareGPT)",
          row -> CONVERSATIONS.stream().anyMatch(field -> Messages.fit(row.path(field))),
          row -> List.of(conversation(row)));

  /**
   * Message trees of OpenAssistant (Koepf et al. 2023, arXiv 2304.07327). Each gives one
   * conversation, which follows the best-ranked reply at each step: rank 0 is the best, replies
   * without a rank come last, ties go to the first in the file. Replies that are deleted, failed
   * review ({@code review_result} false), have no text, or have the same role as their parent, are
   * left out with their subtrees; those that a model wrote ({@code synthetic}) are not, as people
   * ranked them, too. A last question without a reply is omitted, a tree without an answer dropped.
   */
  static final RowFormat TREE =
      new RowFormat(
          "openassistant",
          "trees of prompt and replies with ranks (OpenAssistant); the best-ranked path is taken",
          row -> row.path("prompt").path("replies").isArray() && row.path("prompt").has("text"),
          row -> List.of(bestPath(row)));

  private Dialogues() {}

  /** The instruction and its input, if any, as one text. */
  static String ask(String instruction, String input) {
    return input.isBlank() ? instruction : instruction + "\n\n" + input;
  }

  private static boolean hasText(JsonNode row, List<String> names) {
    return names.stream().anyMatch(name -> row.path(name).isTextual());
  }

  private static UtilityExample example(String instruction, String input, String answer)
      throws DroppedRowException {
    dropIf(instruction.isBlank() || answer.isBlank(), DropReason.EMPTY_TURN);
    return new UtilityExample(List.of(Message.user(ask(instruction, input))), answer);
  }

  private static List<DataRecord> instances(Row row)
      throws BrokenRowException, DroppedRowException {
    String instruction = row.text("instruction");
    List<DataRecord> examples = new ArrayList<>();
    for (JsonNode each : row.list("instances")) {
      String input = row.text("instances.input", each.path("input"));
      String output = row.text("instances.output", each.path("output"));
      if (!output.isBlank()) {
        examples.add(example(instruction, input, output));
      }
    }
    dropIf(examples.isEmpty(), DropReason.EMPTY_TURN);
    return examples;
  }

  private static UtilityExample completion(Row row) throws BrokenRowException, DroppedRowException {
    String field = row.firstOf(COMPLETIONS).orElse("completion");
    Messages.dropUnusable(row, "prompt", field);
    String answer = Messages.answer(row, field, List.of());
    dropIf(answer.isBlank(), DropReason.EMPTY_TURN);
    return new UtilityExample(Messages.prompt(row, "prompt"), answer);
  }

  private static Conversation conversation(Row row) throws BrokenRowException, DroppedRowException {
    String field = row.firstOf(CONVERSATIONS).orElse("messages");
    Messages.dropUnusable(row, field);
    List<Message> messages = Messages.read(row, field);
    String system = row.text("system", "");
    if (!system.isBlank()) {
      messages.add(0, Message.system(system));
    }
    dropIf(messages.stream().anyMatch(Messages::isBlank), DropReason.EMPTY_TURN);
    return new Conversation(messages);
  }

  private static Conversation bestPath(Row row) throws BrokenRowException, DroppedRowException {
    JsonNode prompt = row.object().path("prompt");
    if (!prompt.isObject()) {
      throw row.problem("field \"prompt\" is " + Row.kind(prompt) + "; expected a message");
    }
    List<Message> path = new ArrayList<>();
    Optional<JsonNode> next = Optional.of(prompt).filter(each -> isUsable(each, Role.USER));
    while (next.isPresent()) {
      Role speaker = path.size() % 2 == 0 ? Role.USER : Role.ASSISTANT;
      path.add(new Message(speaker, row.text("text", next.get().path("text"))));
      next = best(next.get().path("replies"), speaker == Role.USER ? Role.ASSISTANT : Role.USER);
    }
    if (path.size() % 2 == 1) {
      path.remove(path.size() - 1);
    }
    dropIf(path.isEmpty(), DropReason.ENDS_WITHOUT_ANSWER);
    return new Conversation(path);
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
