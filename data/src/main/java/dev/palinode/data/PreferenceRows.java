package dev.palinode.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/**
 * Reader of rows with {@code prompt}, {@code chosen} and {@code rejected}: TRL's preference format,
 * standard (text) or conversational (lists of messages with {@code role} and {@code content}), each
 * field for itself. A prompt given as text is one message of the user. A row without {@code
 * rejected} is utility data. Other fields are ignored.
 *
 * <p>A row whose two answers are the same is dropped and counted. Anything else that is not as it
 * should be stops the import, with file and line.
 */
public final class PreferenceRows {
  private PreferenceRows() {}

  /**
   * Reads a file row by row.
   *
   * @param file {@code .jsonl} or {@code .jsonl.gz}
   * @param sink takes each example, in the order of the file: a {@link SafetyTriple} with {@code
   *     chosen} as the safe and {@code rejected} as the unsafe answer, or a {@link UtilityExample}
   * @throws DataException if the file is damaged, has no rows, or a row is not as it should be
   * @throws IOException if the file cannot be read, or from the sink
   */
  public static ImportReport read(Path file, RecordSink<? super SftExample> sink)
      throws IOException {
    long kept = 0;
    EnumMap<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    try (JsonLines rows = JsonLines.open(file)) {
      for (ObjectNode row = rows.next(); row != null; row = rows.next()) {
        List<Message> prompt = prompt(rows, row);
        String chosen = answer(rows, row, "chosen");
        boolean utility = !row.hasNonNull("rejected");
        String rejected = utility ? "" : answer(rows, row, "rejected");
        if (chosen.equals(rejected)) {
          dropped.merge(DropReason.SAME_ANSWER, 1L, Long::sum);
          continue;
        }
        try {
          sink.accept(
              utility
                  ? new UtilityExample(prompt, chosen)
                  : new SafetyTriple(prompt, chosen, rejected));
        } catch (IllegalArgumentException e) {
          throw rows.problem(String.valueOf(e.getMessage()));
        }
        kept++;
      }
    }
    if (kept == 0 && dropped.isEmpty()) {
      throw new DataException(file, 0, "no rows; expected objects with \"prompt\" and \"chosen\"");
    }
    return new ImportReport(kept, dropped);
  }

  private static List<Message> prompt(JsonLines rows, ObjectNode row) throws DataException {
    JsonNode prompt = row.path("prompt");
    return prompt.isArray()
        ? messages(rows, prompt, "prompt")
        : List.of(Message.user(rows.string(row, "prompt")));
  }

  private static String answer(JsonLines rows, ObjectNode row, String field) throws DataException {
    JsonNode answer = row.path(field);
    if (!answer.isArray()) {
      return rows.string(row, field);
    }
    List<Message> messages = messages(rows, answer, field);
    if (messages.size() != 1 || messages.get(0).role() != Role.ASSISTANT) {
      throw rows.problem(
          "field \""
              + field
              + "\" has "
              + messages.size()
              + " messages; expected one, the"
              + " assistant's (what comes before it belongs to \"prompt\")");
    }
    return messages.get(0).content();
  }

  private static List<Message> messages(JsonLines rows, JsonNode array, String field)
      throws DataException {
    List<Message> messages = new ArrayList<>();
    for (JsonNode each : array) {
      if (!each.path("role").isTextual() || !each.path("content").isTextual()) {
        throw rows.problem(
            "field \"" + field + "\": expected messages with a \"role\" and a \"content\" of text");
      }
      try {
        messages.add(
            new Message(Role.of(each.path("role").textValue()), each.path("content").textValue()));
      } catch (IllegalArgumentException e) {
        throw rows.problem("field \"" + field + "\": " + e.getMessage());
      }
    }
    return messages;
  }
}
