package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.ChoiceQuestion;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.MaskedDetails;
import dev.palinode.data.record.PlainText;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.ReferenceAnswer;
import dev.palinode.data.record.UtilityExample;
import java.util.List;
import java.util.Locale;

/**
 * Reader of rows that {@link RecordJson} writes. A row without {@code kind} is read in the format
 * that its fields match.
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
  public ParseResult read(Row row) throws BrokenRowException {
    if (RowReader.of(row).has("kind")) {
      return WITH_KIND.read(row);
    }
    return Formats.fitting(row.value())
        .orElseThrow(() -> row.problem("no kind, and the shape of no format that is known"))
        .read(row);
  }

  private static ParseResult read(RowReader row) throws BrokenRowException {
    String kind = row.text("kind");
    return switch (kind) {
      case "safety" -> ParseResult.of(pair(row).asSafetyTriple());
      case "preference" -> ParseResult.of(pair(row));
      case "utility" ->
          ParseResult.of(
              new UtilityExample(
                  Messages.prompt(row, "prompt"), Messages.answer(row, "completion", List.of())));
      case "conversation" -> ParseResult.of(new Conversation(Messages.prompt(row, "messages")));
      case "prompt" -> prompt(row);
      case "choice" -> choice(row);
      case "reference" -> ParseResult.of(new ReferenceAnswer(row.text("id"), row.texts("turns")));
      case "judge" -> Benchmarks.judge(row, "system", "prompt");
      case "masked" -> ParseResult.of(new MaskedDetails(row.textsByName(row.value("values"))));
      case "text" -> ParseResult.of(new PlainText(row.text("text")));
      default ->
          throw row.problem(
              "unknown kind \"%s\": expected one of %s".formatted(kind, String.join(", ", KINDS)));
    };
  }

  private static PreferencePair pair(RowReader row) throws BrokenRowException {
    List<Message> prompt = Messages.prompt(row, "prompt");
    String chosen = Messages.answer(row, "chosen", List.of());
    return Preference.opened(prompt, chosen, Messages.answer(row, "rejected", List.of()));
  }

  private static ParseResult prompt(RowReader row) throws BrokenRowException {
    return ParseResult.of(
        new EvaluationPrompt(
            row.text("id"),
            row.texts("turns"),
            row.text("category", ""),
            expected(row),
            row.text("context", ""),
            row.text("target", "")));
  }

  private static Expected expected(RowReader row) throws BrokenRowException {
    String text = row.text("expected", "unstated");
    for (Expected each : Expected.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return each;
      }
    }
    throw row.problem("field \"expected\": expected help, decline or unstated");
  }

  private static ParseResult choice(RowReader row) throws BrokenRowException {
    return ParseResult.of(
        new ChoiceQuestion(
            row.text("id"),
            row.text("question"),
            row.texts("choices"),
            MultipleChoice.place(row, "answer"),
            row.text("subject", "")));
  }
}
