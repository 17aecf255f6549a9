package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Seed tasks of Self-Instruct (Wang et al. 2023, arXiv 2212.10560): an {@code instruction} with
 * {@code instances} of {@code input} and {@code output}, each of which is one record. Instances
 * without an output are passed over; a task without any other is dropped.
 */
final class SelfInstruct implements RowFormat {
  @Override
  public String name() {
    return "self-instruct";
  }

  @Override
  public String description() {
    return "instruction with instances of input and output (Self-Instruct seed tasks)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("instruction").isTextual() && row.path("instances").isArray();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String instruction = fields.text("instruction");
    List<DataRecord> examples = new ArrayList<>();
    for (JsonNode instance : fields.list("instances")) {
      String input = fields.text("instances.input", instance.path("input"));
      String output = fields.text("instances.output", instance.path("output"));
      if (Instruction.example(fields, instruction, input, output) instanceof Reading.Records made) {
        examples.addAll(made.records());
      }
    }
    return examples.isEmpty()
        ? Reading.dropped(DropReason.EMPTY_TURN)
        : new Reading.Records(examples);
  }
}
