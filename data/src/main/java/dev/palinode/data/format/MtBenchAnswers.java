package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.ReferenceAnswer;
import dev.palinode.data.file.Row;
import java.util.List;

/**
 * Answers to MT-Bench's questions (Zheng et al. 2023, arXiv 2306.05685): {@code question_id} and
 * {@code choices}, of which the first one's {@code turns} are taken.
 */
final class MtBenchAnswers implements RowFormat {
  @Override
  public String name() {
    return "mt-bench-answers";
  }

  @Override
  public String description() {
    return "question_id and choices with turns (reference answers of MT-Bench)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.has("question_id") && row.path("choices").path(0).path("turns").isArray();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String id = fields.id(List.of("question_id"));
    List<String> turns =
        fields.texts("choices.turns", fields.list("choices").path(0).path("turns"));
    return Reading.of(fields.make(() -> new ReferenceAnswer(id, turns)));
  }
}
