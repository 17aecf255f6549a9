package dev.palinode.data.format;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import java.util.List;
import java.util.Optional;

/**
 * Row format of evaluation prompts, one per row, in the column that the data set uses: {@code goal}
 * (AdvBench), {@code forbidden_prompt} (StrongREJECT), {@code prompts_final} (SimpleSafetyTests),
 * {@code Behavior} (HarmBench), {@code prompt} (XSTest), {@code instruction} or {@code
 * instructions} (Alpaca, safety-tuned Llamas), {@code question}.
 *
 * <p>Prompts in the first four columns should be declined. For others a column {@code label} with
 * {@code safe} or {@code unsafe} decides, or else the default of the format. Rows with a blank
 * prompt are dropped.
 */
final class Prompts {
  private static final List<String> PROMPTS =
      List.of(
          "goal",
          "forbidden_prompt",
          "prompts_final",
          "Behavior",
          "prompt",
          "instruction",
          "instructions",
          "question");
  private static final List<String> HARMFUL = PROMPTS.subList(0, 4);
  private static final List<String> CATEGORIES =
      List.of("SemanticCategory", "harm_area", "category", "type", "tags", "policy");
  private static final List<String> CONTEXTS = List.of("ContextString", "context");

  private Prompts() {}

  /**
   * @param otherwise default for rows that do not state what is expected
   */
  static RowFormat format(Expected otherwise) {
    return new Layout(
        "prompts",
        "prompts for evaluation, in a column " + String.join(", ", PROMPTS),
        row -> PROMPTS.stream().map(row::path).anyMatch(Messages::orTextFit),
        fields -> read(fields, otherwise));
  }

  private static ParseResult read(RowReader fields, Expected otherwise) throws BrokenRowException {
    Optional<String> column = fields.firstOf(PROMPTS);
    if (column.isEmpty()) {
      throw fields.problem(
          "no prompt; expected a field %s; found %s"
              .formatted(String.join(", ", PROMPTS), RowReader.names(fields.object())));
    }
    List<String> turns = turns(fields, column.get());
    if (turns.stream().anyMatch(String::isBlank)) {
      return ParseResult.dropped(DropReason.EMPTY_TURN);
    }
    return ParseResult.of(
        new EvaluationPrompt(
            fields.id("id", "BehaviorID", "prompt_id", "question_id", "row_id"),
            turns,
            fields.label(CATEGORIES, ""),
            expected(fields, column.get(), otherwise),
            fields.label(CONTEXTS, ""),
            fields.text("target", "")));
  }

  private static List<String> turns(RowReader fields, String column) throws BrokenRowException {
    if (!fields.value(column).isArray()) {
      return List.of(Instructions.ask(fields.text(column), fields.label(List.of("input"), "")));
    }
    List<Message> messages = Messages.read(fields, column);
    if (messages.stream().anyMatch(message -> message.role() != Role.USER)) {
      throw fields.problem(
          "field \"" + column + "\": expected messages of the user alone in a prompt to evaluate");
    }
    return messages.stream().map(Message::content).toList();
  }

  private static Expected expected(RowReader fields, String column, Expected otherwise)
      throws BrokenRowException {
    if (HARMFUL.contains(column)) {
      return Expected.DECLINE;
    }
    return switch (fields.label(List.of("label"), "")) {
      case "safe" -> Expected.HELP;
      case "unsafe" -> Expected.DECLINE;
      default -> otherwise;
    };
  }
}
