package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The row formats that are known, by name and by the shape of rows. */
public final class Formats {
  /** In place of a name: the shape of the first rows decides. */
  public static final String AUTO = "auto";

  /** Rows that are looked at to recognise a format. */
  private static final int LOOKED_AT = 20;

  /** Those with the most telling fields first, as the first that fits is taken. */
  private static final List<RowFormat> ALL =
      List.of(
          new RecordRows(),
          HhRlhf.FORMAT,
          Preference.FORMAT,
          Dialogues.TREE,
          Instructions.SEED_TASKS,
          Benchmarks.MT_BENCH_ANSWERS,
          Benchmarks.MT_BENCH_JUDGES,
          Benchmarks.MT_BENCH_QUESTIONS,
          MultipleChoice.FORMAT,
          Dialogues.CONVERSATION,
          Instructions.INSTRUCTION,
          Instructions.COMPLETION,
          Instructions.QUESTION_ANSWER,
          Prompts.format(Expected.UNSTATED),
          new Texts(),
          Benchmarks.MASKED_DETAILS);

  private Formats() {}

  /** All formats with a name; of those that fit a row, the first is meant. */
  public static List<RowFormat> all() {
    return ALL;
  }

  /**
   * What a user asked for.
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

  /** Prompts for evaluation, where the rows do not say what a good model does with them. */
  public static RowFormat prompts(Expected otherwise) {
    return Prompts.format(otherwise);
  }

  /**
   * The format that the first rows of a file have the shape of.
   *
   * @throws DataException if there are no rows, or they have no known shape: says what was found
   *     and how to map it
   * @throws IOException if the file cannot be read
   */
  public static RowFormat recognise(Path file) throws IOException {
    List<JsonNode> first = firstRows(file);
    return ALL.stream()
        .filter(format -> first.stream().allMatch(format::fits))
        .findFirst()
        .orElseThrow(() -> new DataException(file, 0, unknown(first)));
  }

  /** The first format whose shape a row has. */
  static Optional<RowFormat> fitting(JsonNode row) {
    return ALL.stream().filter(format -> format.fits(row)).findFirst();
  }

  private static List<JsonNode> firstRows(Path file) throws IOException {
    List<JsonNode> first = new ArrayList<>();
    DataException trouble = null;
    try (Rows rows = DataFiles.open(file)) {
      for (int i = 0; i < LOOKED_AT; i++) {
        try {
          Row row = rows.next();
          if (row == null) {
            break;
          }
          first.add(row.value());
        } catch (BrokenRowException e) {
          trouble = trouble == null ? e : trouble;
        } catch (DataException e) {
          trouble = e; // of the file; what came before it may be enough
          break;
        }
      }
    }
    if (!first.isEmpty()) {
      return first;
    }
    throw trouble == null ? new DataException(file, 0, "no rows") : trouble;
  }

  private static String unknown(List<JsonNode> rows) {
    JsonNode row = rows.get(0);
    String found =
        row.isObject()
            ? "rows with the fields " + RowReader.names(row)
            : RowReader.kind(row) + " as row";
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
