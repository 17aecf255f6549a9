package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.file.Row;

/**
 * A {@code question} and its {@code answer} as text: GSM8K (Cobbe et al. 2021, arXiv 2110.14168).
 * The answer is taken as it stands, with its working and the line {@code #### number}.
 */
final class QuestionAnswer implements RowFormat {
  @Override
  public String name() {
    return "question-answer";
  }

  @Override
  public String description() {
    return "question and answer, as text (GSM8K)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("question").isTextual() && row.path("answer").isTextual();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    return Instruction.example(fields, fields.text("question"), "", fields.text("answer"));
  }
}
