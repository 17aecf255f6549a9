package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.UtilityExample;
import java.util.ArrayList;
import java.util.List;

/** Row formats of prompts with one answer. Rows without an answer are dropped. */
final class Instructions {
  private static final List<String> INPUTS = List.of("input", "context");
  private static final List<String> OUTPUTS = List.of("output", "response");
  private static final List<String> COMPLETIONS = List.of("completion", "response");

  /**
   * {@code instruction}, {@code input} and {@code output} (Stanford Alpaca), also {@code context}
   * and {@code response} (Dolly). An input follows the instruction after a blank line.
   */
  static final RowFormat INSTRUCTION =
      new Layout(
          "instruction",
          "instruction, input (may be empty) and output (Alpaca), or context and response (Dolly)",
          row -> row.path("instruction").isTextual() && hasText(row, OUTPUTS),
          fields ->
              example(
                  fields.text("instruction"),
                  fields.label(INPUTS, ""),
                  fields.text(fields.firstOf(OUTPUTS).orElse("output"))));

  /**
   * Seed tasks of Self-Instruct (Wang et al. 2023, arXiv 2212.10560): an {@code instruction} with
   * {@code instances} of {@code input} and {@code output}. Each instance is one record.
   */
  static final RowFormat SEED_TASKS =
      new Layout(
          "self-instruct",
          "instruction with instances of input and output (Self-Instruct seed tasks)",
          row -> row.path("instruction").isTextual() && row.path("instances").isArray(),
          Instructions::instances);

  /** TRL's {@code prompt} and {@code completion}, or {@code response}, as text or as messages. */
  static final RowFormat COMPLETION =
      new Layout(
          "completion",
          "prompt and completion (or response), as text or messages (TRL)",
          row ->
              Messages.orTextFit(row.path("prompt"))
                  && COMPLETIONS.stream().anyMatch(name -> Messages.orTextFit(row.path(name))),
          Instructions::completion);

  /**
   * A {@code question} and its {@code answer} as text: GSM8K (Cobbe et al. 2021, arXiv 2110.14168).
   * The answer keeps its working and the line {@code #### number}.
   */
  static final RowFormat QUESTION_ANSWER =
      new Layout(
          "question-answer",
          "question and answer, as text (GSM8K)",
          row -> row.path("question").isTextual() && row.path("answer").isTextual(),
          fields -> example(fields.text("question"), "", fields.text("answer")));

  private Instructions() {}

  /** The instruction and its input, if any, as one text. */
  static String ask(String instruction, String input) {
    return input.isBlank() ? instruction : instruction + "\n\n" + input;
  }

  private static boolean hasText(JsonNode row, List<String> names) {
    return names.stream().anyMatch(name -> row.path(name).isTextual());
  }

  private static ParseResult example(String instruction, String input, String answer) {
    return instruction.isBlank() || answer.isBlank()
        ? ParseResult.dropped(DropReason.EMPTY_TURN)
        : ParseResult.of(
            new UtilityExample(List.of(Message.user(ask(instruction, input))), answer));
  }

  private static ParseResult instances(RowReader fields) throws BrokenRowException {
    String instruction = fields.text("instruction");
    List<DataRecord> examples = new ArrayList<>();
    for (JsonNode each : fields.list("instances")) {
      String input = fields.text("instances.input", each.path("input"));
      String output = fields.text("instances.output", each.path("output"));
      if (example(instruction, input, output) instanceof ParseResult.Records made) {
        examples.addAll(made.records());
      }
    }
    return examples.isEmpty()
        ? ParseResult.dropped(DropReason.EMPTY_TURN)
        : new ParseResult.Records(examples);
  }

  private static ParseResult completion(RowReader fields) throws BrokenRowException {
    String field = fields.firstOf(COMPLETIONS).orElse("completion");
    DropReason reason = Messages.dropReason(fields, "prompt", field);
    if (reason != null) {
      return ParseResult.dropped(reason);
    }
    String answer = Messages.answer(fields, field, List.of());
    return answer.isBlank()
        ? ParseResult.dropped(DropReason.EMPTY_TURN)
        : ParseResult.of(new UtilityExample(Messages.prompt(fields, "prompt"), answer));
  }
}
