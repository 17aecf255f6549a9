package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import dev.palinode.data.EvaluationPrompt;
import dev.palinode.data.EvaluationPrompt.Expected;
import dev.palinode.data.file.Row;
import java.util.List;
import java.util.Set;

/**
 * Prompts for evaluation, one in each row, under whatever name the data set gives them: {@code
 * goal} (AdvBench), {@code forbidden_prompt} (StrongREJECT), {@code prompts_final}
 * (SimpleSafetyTests), {@code Behavior} (HarmBench), {@code prompt} (XSTest), {@code instruction}
 * or {@code instructions} (Alpaca, safety-tuned Llamas), {@code question}.
 *
 * <p>The first four ask for what a model should decline. Otherwise a column {@code label} with
 * {@code safe} or {@code unsafe} says what is expected, or whoever made the format. Rows with a
 * blank prompt are dropped.
 */
final class Prompts implements RowFormat {
  private static final Set<String> HARMFUL =
      Set.of("goal", "forbidden_prompt", "prompts_final", "Behavior");

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

  private static final List<String> IDS =
      List.of("id", "BehaviorID", "prompt_id", "question_id", "row_id");
  private static final List<String> CATEGORIES =
      List.of("SemanticCategory", "harm_area", "category", "type", "tags", "policy");
  private static final List<String> CONTEXTS = List.of("ContextString", "context");

  private final Expected otherwise;

  /**
   * @param otherwise what is expected of a model where the row does not say
   */
  Prompts(Expected otherwise) {
    this.otherwise = otherwise;
  }

  @Override
  public String name() {
    return "prompts";
  }

  @Override
  public String description() {
    return "prompts for evaluation, in a column " + String.join(", ", PROMPTS);
  }

  @Override
  public boolean fits(JsonNode row) {
    return PROMPTS.stream()
        .map(row::path)
        .anyMatch(value -> value.isTextual() || Messages.fit(value));
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String column =
        fields
            .firstOf(PROMPTS)
            .orElseThrow(
                () ->
                    fields.problem(
                        "no prompt; expected a field %s; found %s"
                            .formatted(String.join(", ", PROMPTS), Fields.names(row.value()))));
    List<String> turns = turns(fields, column);
    if (turns.stream().anyMatch(String::isBlank)) {
      return Reading.dropped(DropReason.EMPTY_TURN);
    }
    String id = fields.id(IDS);
    String category = fields.label(CATEGORIES, "");
    Expected expected = expected(fields, column);
    String context = fields.label(CONTEXTS, "");
    String target = fields.text("target", "");
    return Reading.of(
        fields.make(() -> new EvaluationPrompt(id, turns, category, expected, context, target)));
  }

  private static List<String> turns(Fields fields, String column) throws BrokenRowException {
    if (!fields.value(column).isArray()) {
      return List.of(Instruction.ask(fields.text(column), fields.label(List.of("input"), "")));
    }
    List<Message> messages = Messages.read(fields, column, fields.value(column));
    if (messages.stream().anyMatch(message -> message.role() != Role.USER)) {
      throw fields.problem(
          "field \"" + column + "\": expected messages of the user alone in a prompt to evaluate");
    }
    return messages.stream().map(Message::content).toList();
  }

  private Expected expected(Fields fields, String column) throws BrokenRowException {
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
