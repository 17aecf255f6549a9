package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.EvaluationPrompt;
import dev.palinode.data.EvaluationPrompt.Expected;
import dev.palinode.data.file.Row;
import java.util.List;

/**
 * Questions of MT-Bench (Zheng et al. 2023, arXiv 2306.05685): {@code turns}, with {@code
 * question_id} and {@code category}. A good model helps.
 */
final class MtBenchQuestions implements RowFormat {
  @Override
  public String name() {
    return "mt-bench-questions";
  }

  @Override
  public String description() {
    return "question_id, category and turns, a list of texts (MT-Bench)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.has("question_id") && row.path("turns").path(0).isTextual();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String id = fields.id(List.of("question_id"));
    List<String> turns = fields.texts("turns");
    String category = fields.label(List.of("category"), "");
    return Reading.of(
        fields.make(() -> new EvaluationPrompt(id, turns, category, Expected.HELP, "", "")));
  }
}
