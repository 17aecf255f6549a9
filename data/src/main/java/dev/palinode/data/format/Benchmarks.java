package dev.palinode.data.format;

import static dev.palinode.data.format.DroppedRowException.dropIf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.DataRecord.JudgePrompt;
import dev.palinode.data.record.DataRecord.MaskedDetails;
import dev.palinode.data.record.DataRecord.ReferenceAnswer;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Row formats of material for evaluations. */
final class Benchmarks {
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

  private static final List<String> CHOICES = List.of("choices", "options");

  /**
   * MMLU (Hendrycks et al. 2021, arXiv 2009.03300) with its choices in a list {@code choices} or in
   * columns {@code choice0}, {@code choice1} ... or {@code A}, {@code B} ..., and MMLU-Pro (Wang et
   * al. 2024, arXiv 2406.01574) with {@code options}. The right choice is in {@code answer_index}
   * or {@code answer}, as its index from 0 or its letter. A question with a single choice is
   * dropped.
   */
  static final RowFormat MULTIPLE_CHOICE =
      new RowFormat(
          "multiple-choice",
          "question, choices (or options, choice0 ..., A ...) and answer (MMLU, MMLU-Pro)",
          Benchmarks::hasChoices,
          row -> List.of(choice(row)));

  private static final Pattern SLOT = Pattern.compile("[A-Z_]+-[0-9]+");

  static final RowFormat MT_BENCH_QUESTIONS =
      new RowFormat(
          "mt-bench-questions",
          "question_id, category and turns, a list of texts (MT-Bench)",
          row -> row.has("question_id") && row.path("turns").path(0).isTextual(),
          row -> List.of(question(row)));

  static final RowFormat MT_BENCH_ANSWERS =
      new RowFormat(
          "mt-bench-answers",
          "question_id and choices with turns (reference answers of MT-Bench)",
          row -> row.has("question_id") && row.path("choices").path(0).path("turns").isArray(),
          row -> List.of(answer(row)));

  static final RowFormat MT_BENCH_JUDGES =
      new RowFormat(
          "mt-bench-judges",
          "name, type, system_prompt, prompt_template and output_format (MT-Bench)",
          row -> row.path("prompt_template").isTextual(),
          row -> List.of(judge(row, "system_prompt", "prompt_template")));

  static final RowFormat MASKED_DETAILS =
      new RowFormat(
          "masked-details",
          "masked personal details, from slot (NAME-1) to value (LLM Privacy Challenge)",
          row ->
              row.isObject()
                  && row.properties().stream()
                      .allMatch(each -> SLOT.matcher(each.getKey()).matches()),
          row -> List.of(new MaskedDetails(row.textsByName(row.object()))));

  private Benchmarks() {}

  /**
   * Evaluation prompts, one per row, in the column that the data set uses: {@code goal} (AdvBench),
   * {@code forbidden_prompt} (StrongREJECT), {@code prompts_final} (SimpleSafetyTests), {@code
   * Behavior} (HarmBench), {@code prompt} (XSTest), {@code instruction} or {@code instructions}
   * (Alpaca, safety-tuned Llamas), {@code question}. Prompts in the first four columns should be
   * declined. For others a column {@code label} with {@code safe} or {@code unsafe} decides, or
   * else the default. Rows with a blank prompt are dropped.
   *
   * @param otherwise default for rows that do not state what is expected
   */
  static RowFormat prompts(Expected otherwise) {
    return new RowFormat(
        "prompts",
        "prompts for evaluation, in a column " + String.join(", ", PROMPTS),
        row -> PROMPTS.stream().map(row::path).anyMatch(Messages::orTextFit),
        row -> List.of(prompt(row, otherwise)));
  }

  private static EvaluationPrompt prompt(Row row, Expected otherwise)
      throws BrokenRowException, DroppedRowException {
    Optional<String> column = row.firstOf(PROMPTS);
    if (column.isEmpty()) {
      throw row.problem(
          "no prompt; expected a field %s; found %s"
              .formatted(String.join(", ", PROMPTS), Row.names(row.object())));
    }
    List<String> turns = turns(row, column.get());
    dropIf(turns.stream().anyMatch(String::isBlank), DropReason.EMPTY_TURN);
    return new EvaluationPrompt(
        row.id("id", "BehaviorID", "prompt_id", "question_id", "row_id"),
        turns,
        row.label(CATEGORIES, ""),
        expected(row, column.get(), otherwise),
        row.label(CONTEXTS, ""),
        row.text("target", ""));
  }

  private static List<String> turns(Row row, String column) throws BrokenRowException {
    if (!row.path(column).isArray()) {
      return List.of(Dialogues.ask(row.text(column), row.label(List.of("input"), "")));
    }
    List<Message> messages = Messages.read(row, column);
    if (messages.stream().anyMatch(message -> message.role() != Role.USER)) {
      throw row.problem(
          "field \"" + column + "\": expected messages of the user alone in a prompt to evaluate");
    }
    return messages.stream().map(Message::content).toList();
  }

  private static Expected expected(Row row, String column, Expected otherwise)
      throws BrokenRowException {
    if (HARMFUL.contains(column)) {
      return Expected.DECLINE;
    }
    return switch (row.label(List.of("label"), "")) {
      case "safe" -> Expected.HELP;
      case "unsafe" -> Expected.DECLINE;
      default -> otherwise;
    };
  }

  private static boolean hasChoices(JsonNode row) {
    return row.path("question").isTextual()
        && (row.has("answer") || row.has("answer_index"))
        && (CHOICES.stream().anyMatch(name -> row.path(name).isArray())
            || row.has("choice0")
            || (row.has("A") && row.has("B")));
  }

  private static ChoiceQuestion choice(Row row) throws BrokenRowException, DroppedRowException {
    List<String> choices = choices(row);
    dropIf(choices.size() == 1, DropReason.NOTHING_TO_CHOOSE);
    return new ChoiceQuestion(
        row.id("question_id", "id"),
        row.text("question"),
        choices,
        place(row, row.has("answer_index") ? "answer_index" : "answer"),
        row.label(List.of("subject", "category"), ""));
  }

  private static List<String> choices(Row row) throws BrokenRowException {
    Optional<String> list = row.firstOf(CHOICES);
    if (list.isPresent()) {
      return row.texts(list.get());
    }
    List<String> choices = new ArrayList<>();
    boolean isNumbered = row.has("choice0");
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      String name = isNumbered ? "choice" + (letter - 'A') : String.valueOf(letter);
      if (!row.has(name)) {
        break;
      }
      choices.add(row.text(name));
    }
    return choices;
  }

  /** Index of a choice, from 0, given as a number, as digits or as a letter. */
  static int place(Row row, String field) throws BrokenRowException {
    JsonNode value = row.path(field);
    String text = value.isInt() || value.isTextual() ? value.asText().strip() : "";
    if (text.matches("[0-9]{1,4}")) {
      return Integer.parseInt(text);
    } else if (text.matches("[A-Z]")) {
      return text.charAt(0) - 'A';
    }
    throw row.problem(
        "field \"" + field + "\": expected the right choice's place from 0, or its letter");
  }

  private static EvaluationPrompt question(Row row) throws BrokenRowException {
    String category = row.label(List.of("category"), "");
    return new EvaluationPrompt(
        row.id("question_id"), row.texts("turns"), category, Expected.HELP, "", "");
  }

  private static ReferenceAnswer answer(Row row) throws BrokenRowException {
    JsonNode turns = row.list("choices").path(0).path("turns");
    return new ReferenceAnswer(row.id("question_id"), row.texts("choices.turns", turns));
  }

  /**
   * @param system name of the field with the system message
   * @param prompt name of the field with the prompt
   */
  static JudgePrompt judge(Row row, String system, String prompt) throws BrokenRowException {
    return new JudgePrompt(
        row.text("name"),
        row.text("type"),
        row.text(system, ""),
        row.text(prompt),
        row.text("output_format", ""));
  }
}
