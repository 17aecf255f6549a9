package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.ChoiceQuestion;
import dev.palinode.data.Conversation;
import dev.palinode.data.DataRecord;
import dev.palinode.data.EvaluationPrompt;
import dev.palinode.data.EvaluationPrompt.Expected;
import dev.palinode.data.JudgePrompt;
import dev.palinode.data.MaskedDetails;
import dev.palinode.data.PlainText;
import dev.palinode.data.PreferencePair;
import dev.palinode.data.ReferenceAnswer;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.file.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The rows that {@link RecordJson} writes. A row without {@code kind} is read as one of the other
 * formats, by its shape.
 */
final class RecordRows implements RowFormat {
  private static final List<String> KINDS =
      List.of(
          "safety",
          "preference",
          "utility",
          "conversation",
          "prompt",
          "choice",
          "reference",
          "judge",
          "masked",
          "text");

  @Override
  public String name() {
    return "records";
  }

  @Override
  public String description() {
    return "rows with a kind, as Palinode writes them; those without one by their shape";
  }

  @Override
  public boolean fits(JsonNode row) {
    return KINDS.contains(row.path("kind").asText());
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    if (!fields.has("kind")) {
      return Formats.fitting(row.value())
          .orElseThrow(() -> row.problem("no kind, and the shape of no format that is known"))
          .read(row);
    }
    return Reading.of(record(fields, fields.text("kind")));
  }

  private static DataRecord record(Fields fields, String kind) throws BrokenRowException {
    return switch (kind) {
      case "safety" -> pair(fields, PreferencePair::asSafetyTriple);
      case "preference" -> pair(fields, pair -> pair);
      case "utility" -> utility(fields);
      case "conversation" -> {
        List<Message> messages = messages(fields, "messages");
        yield fields.make(() -> new Conversation(messages));
      }
      case "prompt" -> prompt(fields);
      case "choice" -> choice(fields);
      case "reference" -> {
        String id = fields.text("id");
        List<String> turns = fields.texts("turns");
        yield fields.make(() -> new ReferenceAnswer(id, turns));
      }
      case "judge" -> judge(fields);
      case "masked" -> masked(fields);
      case "text" -> new PlainText(fields.text("text"));
      default ->
          throw fields.problem(
              "unknown kind \"%s\": expected one of %s".formatted(kind, String.join(", ", KINDS)));
    };
  }

  private static DataRecord pair(Fields fields, Function<PreferencePair, DataRecord> meaning)
      throws BrokenRowException {
    List<Message> prompt = messages(fields, "prompt");
    int last = prompt.size() - 1;
    boolean opened = last > 0 && prompt.get(last).role() == Role.ASSISTANT;
    String opening = opened ? prompt.get(last).content() : "";
    List<Message> asked = opened ? prompt.subList(0, last) : prompt;
    String chosen = answer(fields, "chosen");
    String rejected = answer(fields, "rejected");
    return fields.make(() -> meaning.apply(new PreferencePair(asked, opening, chosen, rejected)));
  }

  private static UtilityExample utility(Fields fields) throws BrokenRowException {
    List<Message> prompt = messages(fields, "prompt");
    String response = answer(fields, "completion");
    return fields.make(() -> new UtilityExample(prompt, response));
  }

  private static EvaluationPrompt prompt(Fields fields) throws BrokenRowException {
    String id = fields.text("id");
    List<String> turns = fields.texts("turns");
    String category = fields.text("category", "");
    Expected expected = expected(fields);
    String context = fields.text("context", "");
    String target = fields.text("target", "");
    return fields.make(() -> new EvaluationPrompt(id, turns, category, expected, context, target));
  }

  private static Expected expected(Fields fields) throws BrokenRowException {
    String text = fields.text("expected", "unstated");
    for (Expected each : Expected.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw fields.problem("field \"expected\": expected help, decline or unstated");
  }

  private static ChoiceQuestion choice(Fields fields) throws BrokenRowException {
    String id = fields.text("id");
    String question = fields.text("question");
    List<String> choices = fields.texts("choices");
    int answer = MultipleChoice.place(fields, "answer", fields.value("answer"));
    String subject = fields.text("subject", "");
    return fields.make(() -> new ChoiceQuestion(id, question, choices, answer, subject));
  }

  private static JudgePrompt judge(Fields fields) throws BrokenRowException {
    String name = fields.text("name");
    String type = fields.text("type");
    String system = fields.text("system", "");
    String prompt = fields.text("prompt");
    String output = fields.text("output_format", "");
    return fields.make(() -> new JudgePrompt(name, type, system, prompt, output));
  }

  private static MaskedDetails masked(Fields fields) throws BrokenRowException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : fields.value("values").properties()) {
      values.put(each.getKey(), fields.text("values", each.getValue()));
    }
    return new MaskedDetails(values);
  }

  private static List<Message> messages(Fields fields, String field) throws BrokenRowException {
    JsonNode value = fields.value(field);
    return value.isTextual()
        ? List.of(Message.user(fields.text(field)))
        : Messages.read(fields, field, fields.list(field));
  }

  private static String answer(Fields fields, String field) throws BrokenRowException {
    if (fields.value(field).isTextual()) {
      return fields.text(field);
    }
    List<Message> messages = Messages.read(fields, field, fields.list(field));
    if (messages.size() != 1 || messages.get(0).role() != Role.ASSISTANT) {
      throw fields.problem("field \"" + field + "\": expected one message, the assistant's");
    }
    return messages.get(0).content();
  }
}
