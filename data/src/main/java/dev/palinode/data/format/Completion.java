package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.file.Row;
import java.util.List;
import java.util.Locale;

/**
 * A {@code prompt} with a {@code completion} or a {@code response}, as text or as messages: TRL's
 * prompt-completion format. A prompt given as text is one message of the user. Rows without an
 * answer, or with tools, are dropped.
 */
final class Completion implements RowFormat {
  private static final List<String> ANSWERS = List.of("completion", "response");

  @Override
  public String name() {
    return "completion";
  }

  @Override
  public String description() {
    return "prompt and completion (or response), as text or messages (TRL)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return isTextOrMessages(row.path("prompt"))
        && ANSWERS.stream().anyMatch(name -> isTextOrMessages(row.path(name)));
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String field = fields.firstOf(ANSWERS).orElse("completion");
    for (String each : List.of("prompt", field)) {
      DropReason reason = Messages.dropReason(fields.value(each));
      if (reason != null) {
        return Reading.dropped(reason);
      }
    }
    String answer = answer(fields, field);
    if (answer.isBlank()) {
      return Reading.dropped(DropReason.EMPTY_TURN);
    }
    List<Message> prompt =
        fields.value("prompt").isArray()
            ? Messages.read(fields, "prompt", fields.value("prompt"))
            : List.of(Message.user(fields.text("prompt")));
    return Reading.of(fields.make(() -> new UtilityExample(prompt, answer)));
  }

  private static String answer(Fields fields, String field) throws BrokenRowException {
    JsonNode value = fields.value(field);
    if (!value.isArray()) {
      return fields.text(field);
    }
    List<Message> messages = Messages.read(fields, field, value);
    if (messages.size() != 1 || messages.get(0).role() != Role.ASSISTANT) {
      throw fields.problem(
          String.format(
              Locale.ROOT,
              "field \"%s\" has %d messages; expected one, the assistant's",
              field,
              messages.size()));
    }
    return messages.get(0).content();
  }

  private static boolean isTextOrMessages(JsonNode value) {
    return value.isTextual() || Messages.fit(value);
  }
}
