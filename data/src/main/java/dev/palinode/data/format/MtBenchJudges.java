package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.JudgePrompt;
import dev.palinode.data.file.Row;

/** Judge prompts of MT-Bench (Zheng et al. 2023, arXiv 2306.05685). */
final class MtBenchJudges implements RowFormat {
  @Override
  public String name() {
    return "mt-bench-judges";
  }

  @Override
  public String description() {
    return "name, type, system_prompt, prompt_template and output_format (MT-Bench)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("prompt_template").isTextual();
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    String name = fields.text("name");
    String type = fields.text("type");
    String system = fields.text("system_prompt", "");
    String prompt = fields.text("prompt_template");
    String output = fields.text("output_format", "");
    return Reading.of(fields.make(() -> new JudgePrompt(name, type, system, prompt, output)));
  }
}
