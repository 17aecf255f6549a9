package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.ChoiceQuestion;
import dev.palinode.data.record.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Row format of multiple-choice questions: MMLU (Hendrycks et al. 2021, arXiv 2009.03300) with its
 * choices in a list {@code choices} or in columns {@code choice0}, {@code choice1} ... or {@code
 * A}, {@code B} ..., and MMLU-Pro (Wang et al. 2024, arXiv 2406.01574) with {@code options}. The
 * right choice is in {@code answer_index} or {@code answer}, as its index from 0 or its letter. A
 * question with a single choice is dropped.
 */
final class MultipleChoice {
  private static final List<String> LISTS = List.of("choices", "options");

  static final RowFormat FORMAT =
      new Layout(
          "multiple-choice",
          "question, choices (or options, choice0 ..., A ...) and answer (MMLU, MMLU-Pro)",
          MultipleChoice::fits,
          MultipleChoice::read);

  private MultipleChoice() {}

  private static boolean fits(JsonNode row) {
    return row.path("question").isTextual()
        && (row.has("answer") || row.has("answer_index"))
        && (LISTS.stream().anyMatch(name -> row.path(name).isArray())
            || row.has("choice0")
            || (row.has("A") && row.has("B")));
  }

  private static ParseResult read(RowReader fields) throws BrokenRowException {
    List<String> choices = choices(fields);
    return choices.size() == 1
        ? ParseResult.dropped(DropReason.NOTHING_TO_CHOOSE)
        : ParseResult.of(
            new ChoiceQuestion(
                fields.id("question_id", "id"),
                fields.text("question"),
                choices,
                place(fields, fields.has("answer_index") ? "answer_index" : "answer"),
                fields.label(List.of("subject", "category"), "")));
  }

  private static List<String> choices(RowReader fields) throws BrokenRowException {
    Optional<String> list = fields.firstOf(LISTS);
    if (list.isPresent()) {
      return fields.texts(list.get());
    }
    List<String> choices = new ArrayList<>();
    boolean isNumbered = fields.has("choice0");
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      String name = isNumbered ? "choice" + (letter - 'A') : String.valueOf(letter);
      if (!fields.has(name)) {
        break;
      }
      choices.add(fields.text(name));
    }
    return choices;
  }

  /** Index of a choice, from 0, given as a number, as digits or as a letter. */
  static int place(RowReader fields, String field) throws BrokenRowException {
    JsonNode value = fields.value(field);
    String text = value.isInt() || value.isTextual() ? value.asText().strip() : "";
    if (text.matches("[0-9]{1,4}")) {
      return Integer.parseInt(text);
    } else if (text.matches("[A-Z]")) {
      return text.charAt(0) - 'A';
    }
    throw fields.problem(
        "field \"" + field + "\": expected the right choice's place from 0, or its letter");
  }
}
