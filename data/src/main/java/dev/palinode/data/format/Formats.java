package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Registry of row formats, by name and by the fields of rows. */
public final class Formats {
  /** Name that detects the format from the first rows. */
  public static final String AUTO = "auto";

  private static final int SAMPLE_ROWS = 20;

  /** Plain texts. */
  static final RowFormat TEXT =
      new RowFormat(
          "text",
          "rows that are a string, or objects with a text",
          row -> row.isTextual() || row.path("text").isTextual(),
          row ->
              List.of(
                  new PlainText(
                      row.value().isTextual()
                          ? row.unicode(row.value().textValue())
                          : row.text("text"))));

  /** Most specific formats first: the first that fits is used. */
  private static final List<RowFormat> ALL =
      List.of(
          RecordJson.FORMAT,
          Preferences.HH_RLHF,
          Preferences.PREFERENCE,
          Dialogues.TREE,
          Dialogues.SEED_TASKS,
          Benchmarks.MT_BENCH_ANSWERS,
          Benchmarks.MT_BENCH_JUDGES,
          Benchmarks.MT_BENCH_QUESTIONS,
          Benchmarks.MULTIPLE_CHOICE,
          Dialogues.CONVERSATION,
          Dialogues.INSTRUCTION,
          Dialogues.COMPLETION,
          Dialogues.QUESTION_ANSWER,
          Benchmarks.prompts(Expected.UNSTATED),
          TEXT,
          Benchmarks.MASKED_DETAILS);

  private Formats() {}

  /** All named formats; the first that fits a row is used. */
  public static List<RowFormat> all() {
    return ALL;
  }

  /**
   * The format that a user's setting names.
   *
   * @param wanted {@code auto}, the name of a format, or a {@link ColumnMapping} ({@code
   *     prompt=question,response=answer})
   * @return empty for {@code auto}
   * @throws IllegalArgumentException if it is none of these; names the nearest
   */
  public static Optional<RowFormat> chosen(String wanted) {
    if (wanted.equals(AUTO)) {
      return Optional.empty();
    }
    return Optional.of(wanted.contains("=") ? ColumnMapping.parse(wanted) : named(wanted));
  }

  /**
   * The format of that name.
   *
   * @throws IllegalArgumentException if there is none; names the nearest and all
   */
  public static RowFormat named(String name) {
    return ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format \"%s\"; did you mean \"%s\"? There are auto, %s, and"
                            .formatted(name, Nearest.to(name, names()), String.join(", ", names()))
                        + " TARGET=COLUMN,... for other columns"));
  }

  /** Format of evaluation prompts, with a default for rows that do not say what is expected. */
  public static RowFormat prompts(Expected otherwise) {
    return Benchmarks.prompts(otherwise);
  }

  /**
   * Detects the format of a file from its first rows.
   *
   * @throws DataException if there are no rows, or no format fits them; the message lists the
   *     fields found and how to map them
   * @throws IOException if the file cannot be read
   */
  public static RowFormat recognise(Path file) throws IOException {
    List<JsonNode> first = firstRows(file);
    return ALL.stream()
        .filter(format -> first.stream().allMatch(format::fits))
        .findFirst()
        .orElseThrow(() -> new DataException(file, unknown(first)));
  }

  /** The first format that fits a row. */
  static Optional<RowFormat> fitting(JsonNode row) {
    return ALL.stream().filter(format -> format.fits(row)).findFirst();
  }

  private static List<JsonNode> firstRows(Path file) throws IOException {
    List<JsonNode> first = new ArrayList<>();
    DataException problem = null;
    try (Rows rows = DataFiles.open(file)) {
      for (int i = 0; i < SAMPLE_ROWS; i++) {
        try {
          Row row = rows.next();
          if (row == null) {
            break;
          }
          first.add(row.value());
        } catch (BrokenRowException e) {
          problem = problem == null ? e : problem;
        } catch (DataException e) {
          problem = e; // the file is damaged; the rows before may be enough
          break;
        }
      }
    }
    if (!first.isEmpty()) {
      return first;
    }
    throw problem == null ? new DataException(file, "no rows") : problem;
  }

  private static String unknown(List<JsonNode> rows) {
    JsonNode row = rows.get(0);
    String found =
        row.isObject() ? "rows with the fields " + Row.names(row) : Row.kind(row) + " as row";
    String different =
        rows.stream().allMatch(each -> fitting(each).isPresent())
            ? " (the first rows alone have known shapes, but not all the same)"
            : "";
    return "no known format: found "
        + found
        + different
        + ". Name one of "
        + String.join(", ", names())
        + ", or say which column is what, such as prompt=question,response=answer; targets are "
        + ColumnMapping.targets();
  }

  private static List<String> names() {
    return ALL.stream().map(RowFormat::name).toList();
  }
}
