package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.ChoiceQuestion;
import dev.palinode.data.Conversation;
import dev.palinode.data.EvaluationPrompt;
import dev.palinode.data.EvaluationPrompt.Expected;
import dev.palinode.data.MaskedDetails;
import dev.palinode.data.PlainText;
import dev.palinode.data.PreferencePair;
import dev.palinode.data.ReferenceAnswer;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.file.Row;
import java.util.List;
import java.util.Locale;

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

  private static final RowFormat WITH_KIND =
      new Layout("records", "rows with a kind", row -> true, RecordRows::read);

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
    if (Fields.of(row).has("kind")) {
      return WITH_KIND.read(row);
    }
    return Formats.fitting(row.value())
        .orElseThrow(() -> row.problem("no kind, and the shape of no format that is known"))
        .read(row);
  }

  private static Reading read(Fields row) throws BrokenRowException {
    String kind = row.text("kind");
    return switch (kind) {
      case "safety" -> Reading.of(pair(row).asSafetyTriple());
      case "preference" -> Reading.of(pair(row));
      case "utility" ->
          Reading.of(
              new UtilityExample(
                  Messages.prompt(row, "prompt"), Messages.answer(row, "completion", List.of())));
      case "conversation" -> Reading.of(new Conversation(Messages.prompt(row, "messages")));
      case "prompt" -> prompt(row);
      case "choice" -> choice(row);
      case "reference" -> Reading.of(new ReferenceAnswer(row.text("id"), row.texts("turns")));
      case "judge" -> Benchmarks.judge(row, "system", "prompt");
      case "masked" -> Reading.of(new MaskedDetails(row.textsByName(row.value("values"))));
      case "text" -> Reading.of(new PlainText(row.text("text")));
      default ->
          throw row.problem(
              "unknown kind \"%s\": expected one of %s".formatted(kind, String.join(", ", KINDS)));
    };
  }

  private static PreferencePair pair(Fields row) throws BrokenRowException {
    List<Message> prompt = Messages.prompt(row, "prompt");
    String chosen = Messages.answer(row, "chosen", List.of());
    return Preference.opened(prompt, chosen, Messages.answer(row, "rejected", List.of()));
  }

  private static Reading prompt(Fields row) throws BrokenRowException {
    return Reading.of(
        new EvaluationPrompt(
            row.text("id"),
            row.texts("turns"),
            row.text("category", ""),
            expected(row),
            row.text("context", ""),
            row.text("target", "")));
  }

  private static Expected expected(Fields row) throws BrokenRowException {
    String text = row.text("expected", "unstated");
    for (Expected each : Expected.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw row.problem("field \"expected\": expected help, decline or unstated");
  }

  private static Reading choice(Fields row) throws BrokenRowException {
    return Reading.of(
        new ChoiceQuestion(
            row.text("id"),
            row.text("question"),
            row.texts("choices"),
            MultipleChoice.place(row, "answer"),
            row.text("subject", "")));
  }
}
