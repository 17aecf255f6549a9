package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DropReason;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.file.Row;
import java.util.List;

/**
 * Instructions and their answers: {@code instruction}, {@code input} and {@code output} (Stanford
 * Alpaca), also {@code context} and {@code response} (Dolly). An input stands behind the
 * instruction and a blank line. Rows without an instruction or an answer are dropped.
 */
final class Instruction implements RowFormat {
  private static final List<String> INPUTS = List.of("input", "context");
  private static final List<String> OUTPUTS = List.of("output", "response");

  @Override
  public String name() {
    return "instruction";
  }

  @Override
  public String description() {
    return "instruction, input (may be empty) and output (Alpaca), or context and response (Dolly)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("instruction").isTextual()
        && OUTPUTS.stream().anyMatch(name -> row.path(name).isTextual());
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String instruction = fields.text("instruction");
    String input = fields.label(INPUTS, "");
    return example(
        fields, instruction, input, fields.text(fields.firstOf(OUTPUTS).orElse("output")));
  }

  /** An instruction with its input, if it has one, as one text. */
  static String ask(String instruction, String input) {
    return input.isBlank() ? instruction : instruction + "\n\n" + input;
  }

  /** Utility data, or what is missing in it. */
  static Reading example(Fields fields, String instruction, String input, String answer)
      throws BrokenRowException {
    if (instruction.isBlank() || answer.isBlank()) {
      return Reading.dropped(DropReason.EMPTY_TURN);
    }
    List<Message> prompt = List.of(Message.user(ask(instruction, input)));
    return Reading.of(fields.make(() -> new UtilityExample(prompt, answer)));
  }
}
