package dev.palinode.data.pii;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.io.function.IOConsumer;

/** Reads the files that a recogniser is measured on. */
final class MeasurementFiles {
  /** GSM8K's calculator annotations, and its last line, which repeats the result. */
  private static final Pattern MARKS = Pattern.compile("<<[^<>]*>>|\\n?#### .*");

  private MeasurementFiles() {}

  /**
   * A masked detail.
   *
   * @param kind such as NAME or LOC
   */
  record MaskedValue(String kind, String value) {}

  /**
   * The values of rows with an object from slot to value; blank values are skipped. A slot is
   * {@code KIND-number}. Some slots of LLM-PC begin with stray text up to an opening bracket, which
   * is ignored.
   */
  static List<MaskedValue> values(Path file) throws IOException {
    List<MaskedValue> values = new ArrayList<>();
    read(
        file,
        row -> {
          for (Map.Entry<String, JsonNode> slot : row.object().properties()) {
            String name = slot.getKey().substring(slot.getKey().lastIndexOf('[') + 1);
            int hyphen = name.lastIndexOf('-');
            String value = slot.getValue().asText();
            if (!value.isBlank()) {
              values.add(new MaskedValue(hyphen < 0 ? name : name.substring(0, hyphen), value));
            }
          }
        });
    return values;
  }

  /**
   * The texts of a file: for {@code .csv} the column {@code question}, otherwise the fields {@code
   * question} and {@code answer} of each row, without GSM8K's annotations.
   */
  static List<String> texts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    boolean isCsv = file.toString().endsWith(".csv");
    read(
        file,
        row -> {
          String answer = "\n" + row.object().path("answer").asText();
          texts.add(
              isCsv
                  ? row.text("question")
                  : MARKS.matcher(row.path("question").asText() + answer).replaceAll(""));
        });
    return texts;
  }

  private static void read(Path file, IOConsumer<Row> sink) throws IOException {
    try (Rows rows = DataFiles.open(file)) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        sink.accept(row);
      }
    }
  }
}
