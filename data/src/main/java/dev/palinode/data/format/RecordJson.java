package dev.palinode.data.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.DataRecord.JudgePrompt;
import dev.palinode.data.record.DataRecord.MaskedDetails;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.DataRecord.ReferenceAnswer;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.UtilityExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Converts records to JSON, as Palinode writes them. Each row has a {@code kind}. Training data has
 * the layouts of TRL and OpenAI, whose tools ignore the kind. {@link #FORMAT} reads the rows back
 * unchanged; a row without a kind is read in the format that its fields match.
 *
 * <pre>{@code
 * {"kind":"safety",      "prompt":[messages], "chosen":[message], "rejected":[message]}
 * {"kind":"preference",  "prompt":[messages], "chosen":[message], "rejected":[message]}
 * {"kind":"utility",     "prompt":[messages], "completion":[message]}
 * {"kind":"conversation","messages":[messages]}
 * {"kind":"prompt",      "id":..., "turns":[texts], "expected":"help"|"decline"|"unstated", ...}
 * {"kind":"choice",      "id":..., "question":..., "choices":[texts], "answer":2, "subject":...}
 * {"kind":"reference",   "id":..., "turns":[texts]}
 * {"kind":"judge",       "name":..., "type":..., "system":..., "prompt":..., "output_format":...}
 * {"kind":"masked",      "values":{"NAME-1":...}}
 * {"kind":"text",        "text":...}
 * }</pre>
 *
 * <p>An opening is written as a last message of the assistant in the prompt. Optional texts are
 * omitted when empty.
 */
public final class RecordJson {
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

  static final RowFormat FORMAT =
      new RowFormat(
          "records",
          "rows with a kind, as Palinode writes them; those without one by their shape",
          row -> KINDS.contains(row.path("kind").asText()),
          RecordJson::read);

  private RecordJson() {}

  /** The record as an object; equal records give the same bytes. */
  public static ObjectNode write(DataRecord item) {
    if (item instanceof SafetyTriple triple) {
      return pair("safety", triple.prompt(), triple.opening(), triple.safe(), triple.unsafe());
    } else if (item instanceof PreferencePair pair) {
      return pair("preference", pair.prompt(), pair.opening(), pair.chosen(), pair.rejected());
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    if (item instanceof UtilityExample example) {
      messages(row.put("kind", "utility"), "prompt", example.prompt());
      messages(row, "completion", List.of(Message.assistant(example.response())));
    } else if (item instanceof Conversation conversation) {
      messages(row.put("kind", "conversation"), "messages", conversation.messages());
    } else if (item instanceof EvaluationPrompt prompt) {
      row.put("kind", "prompt").put("id", prompt.id());
      texts(row, "turns", prompt.turns());
      row.put("expected", prompt.expected().name().toLowerCase(Locale.ROOT));
      unlessEmpty(row, "category", prompt.category());
      unlessEmpty(row, "context", prompt.context());
      unlessEmpty(row, "target", prompt.target());
    } else if (item instanceof ChoiceQuestion question) {
      row.put("kind", "choice").put("id", question.id()).put("question", question.question());
      texts(row, "choices", question.choices());
      row.put("answer", question.answer());
      unlessEmpty(row, "subject", question.subject());
    } else if (item instanceof ReferenceAnswer answer) {
      row.put("kind", "reference").put("id", answer.id());
      texts(row, "turns", answer.turns());
    } else if (item instanceof JudgePrompt judge) {
      row.put("kind", "judge").put("name", judge.name()).put("type", judge.type());
      unlessEmpty(row, "system", judge.system());
      row.put("prompt", judge.prompt());
      unlessEmpty(row, "output_format", judge.outputFormat());
    } else if (item instanceof MaskedDetails details) {
      details.values().forEach(row.put("kind", "masked").putObject("values")::put);
    } else if (item instanceof PlainText text) {
      row.put("kind", "text").put("text", text.text());
    }
    return row;
  }

  private static ObjectNode pair(
      String kind, List<Message> prompt, String opening, String chosen, String rejected) {
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("kind", kind);
    List<Message> opened = new ArrayList<>(prompt);
    if (!opening.isEmpty()) {
      opened.add(Message.assistant(opening));
    }
    messages(row, "prompt", opened);
    messages(row, "chosen", List.of(Message.assistant(chosen)));
    messages(row, "rejected", List.of(Message.assistant(rejected)));
    return row;
  }

  private static void messages(ObjectNode row, String field, List<Message> messages) {
    ArrayNode list = row.putArray(field);
    for (Message each : messages) {
      list.addObject().put("role", each.role().templateName()).put("content", each.content());
    }
  }

  private static void texts(ObjectNode row, String field, List<String> texts) {
    texts.forEach(row.putArray(field)::add);
  }

  private static void unlessEmpty(ObjectNode row, String field, String text) {
    if (!text.isEmpty()) {
      row.put(field, text);
    }
  }

  private static List<DataRecord> read(Row row) throws BrokenRowException, DroppedRowException {
    if (row.has("kind")) {
      return List.of(record(row));
    }
    return Formats.fitting(row.value())
        .orElseThrow(() -> row.problem("no kind, and the shape of no format that is known"))
        .read(row);
  }

  private static DataRecord record(Row row) throws BrokenRowException {
    String kind = row.text("kind");
    return switch (kind) {
      case "safety" -> pair(row).asSafetyTriple();
      case "preference" -> pair(row);
      case "utility" ->
          new UtilityExample(
              Messages.prompt(row, "prompt"), Messages.answer(row, "completion", List.of()));
      case "conversation" -> new Conversation(Messages.prompt(row, "messages"));
      case "prompt" ->
          new EvaluationPrompt(
              row.text("id"),
              row.texts("turns"),
              row.text("category", ""),
              expected(row),
              row.text("context", ""),
              row.text("target", ""));
      case "choice" ->
          new ChoiceQuestion(
              row.text("id"),
              row.text("question"),
              row.texts("choices"),
              Benchmarks.place(row, "answer"),
              row.text("subject", ""));
      case "reference" -> new ReferenceAnswer(row.text("id"), row.texts("turns"));
      case "judge" -> Benchmarks.judge(row, "system", "prompt");
      case "masked" -> new MaskedDetails(row.textsByName(row.path("values")));
      case "text" -> new PlainText(row.text("text"));
      default ->
          throw row.problem(
              "unknown kind \"%s\": expected one of %s".formatted(kind, String.join(", ", KINDS)));
    };
  }

  private static PreferencePair pair(Row row) throws BrokenRowException {
    List<Message> prompt = Messages.prompt(row, "prompt");
    String chosen = Messages.answer(row, "chosen", List.of());
    return Preferences.opened(prompt, chosen, Messages.answer(row, "rejected", List.of()));
  }

  private static Expected expected(Row row) throws BrokenRowException {
    String text = row.text("expected", "unstated");
    for (Expected each : Expected.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw row.problem("field \"expected\": expected help, decline or unstated");
  }
}
