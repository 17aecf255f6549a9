package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.ChoiceQuestion;
import dev.palinode.data.DropReason;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions with answers to choose from: MMLU (Hendrycks et al. 2021, arXiv 2009.03300) with its
 * choices in a list {@code choices} or in columns {@code choice0}, {@code choice1} ... or {@code
 * A}, {@code B} ..., and MMLU-Pro (Wang et al. 2024, arXiv 2406.01574) with {@code options}. The
 * right one is {@code answer_index}, or {@code answer}: its place from 0, or its letter. A question
 * with a single choice is dropped.
 */
final class MultipleChoice implements RowFormat {
  private static final List<String> LISTS = List.of("choices", "options");
  private static final int MOST_COLUMNS = 26;

  @Override
  public String name() {
    return "multiple-choice";
  }

  @Override
  public String description() {
    return "question, choices (or options, choice0 ..., A ...) and answer (MMLU, MMLU-Pro)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.path("question").isTextual()
        && (row.has("answer") || row.has("answer_index"))
        && (LISTS.stream().anyMatch(name -> row.path(name).isArray())
            || row.has("choice0")
            || (row.has("A") && row.has("B")));
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    List<String> choices = choices(fields);
    if (choices.size() == 1) {
      return Reading.dropped(DropReason.NOTHING_TO_CHOOSE);
    }
    String question = fields.text("question");
    int answer = answer(fields);
    String id = fields.id(List.of("question_id", "id"));
    String subject = fields.label(List.of("subject", "category"), "");
    return Reading.of(
        fields.make(() -> new ChoiceQuestion(id, question, choices, answer, subject)));
  }

  private static List<String> choices(Fields fields) throws BrokenRowException {
    for (String name : LISTS) {
      if (fields.has(name)) {
        return fields.texts(name);
      }
    }
    List<String> choices = new ArrayList<>();
    for (int i = 0; i < MOST_COLUMNS; i++) {
      String name = fields.has("choice0") ? "choice" + i : String.valueOf((char) ('A' + i));
      if (!fields.has(name)) {
        break;
      }
      choices.add(fields.text(name));
    }
    return choices;
  }

  private static int answer(Fields fields) throws BrokenRowException {
    String field = fields.has("answer_index") ? "answer_index" : "answer";
    return place(fields, field, fields.value(field));
  }

  /** A place from 0, as a number, as digits or as a letter. */
  static int place(Fields fields, String field, JsonNode value) throws BrokenRowException {
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
