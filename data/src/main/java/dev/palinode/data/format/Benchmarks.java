package dev.palinode.data.format;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.JudgePrompt;
import dev.palinode.data.record.MaskedDetails;
import dev.palinode.data.record.ReferenceAnswer;
import java.util.List;
import java.util.regex.Pattern;

/** Row formats of two benchmarks: MT-Bench (Zheng et al. 2023) and the LLM Privacy Challenge. */
final class Benchmarks {
  private static final Pattern SLOT = Pattern.compile("[A-Z_]+-[0-9]+");

  /** {@code turns} to ask, with {@code question_id} and {@code category}. Expected: help. */
  static final RowFormat MT_BENCH_QUESTIONS =
      new Layout(
          "mt-bench-questions",
          "question_id, category and turns, a list of texts (MT-Bench)",
          row -> row.has("question_id") && row.path("turns").path(0).isTextual(),
          Benchmarks::question);

  /** {@code question_id} and {@code choices}; the {@code turns} of the first choice are used. */
  static final RowFormat MT_BENCH_ANSWERS =
      new Layout(
          "mt-bench-answers",
          "question_id and choices with turns (reference answers of MT-Bench)",
          row -> row.has("question_id") && row.path("choices").path(0).path("turns").isArray(),
          Benchmarks::answer);

  /** Prompts for MT-Bench's judges. */
  static final RowFormat MT_BENCH_JUDGES =
      new Layout(
          "mt-bench-judges",
          "name, type, system_prompt, prompt_template and output_format (MT-Bench)",
          row -> row.path("prompt_template").isTextual(),
          fields -> judge(fields, "system_prompt", "prompt_template"));

  /** Masked personal details: an object from slot ({@code NAME-1}) to value; may be empty. */
  static final RowFormat MASKED_DETAILS =
      new Layout(
          "masked-details",
          "masked personal details, from slot (NAME-1) to value (LLM Privacy Challenge)",
          row ->
              row.isObject()
                  && row.properties().stream()
                      .allMatch(each -> SLOT.matcher(each.getKey()).matches()),
          fields -> ParseResult.of(new MaskedDetails(fields.textsByName(fields.object()))));

  private Benchmarks() {}

  private static ParseResult question(RowReader fields) throws BrokenRowException {
    String category = fields.label(List.of("category"), "");
    return ParseResult.of(
        new EvaluationPrompt(
            fields.id("question_id"), fields.texts("turns"), category, Expected.HELP, "", ""));
  }

  private static ParseResult answer(RowReader fields) throws BrokenRowException {
    return ParseResult.of(
        new ReferenceAnswer(
            fields.id("question_id"),
            fields.texts("choices.turns", fields.list("choices").path(0).path("turns"))));
  }

  /**
   * @param system name of the field with the system message
   * @param prompt name of the field with the prompt
   */
  static ParseResult judge(RowReader fields, String system, String prompt)
      throws BrokenRowException {
    return ParseResult.of(
        new JudgePrompt(
            fields.text("name"),
            fields.text("type"),
            fields.text(system, ""),
            fields.text(prompt),
            fields.text("output_format", "")));
  }
}
