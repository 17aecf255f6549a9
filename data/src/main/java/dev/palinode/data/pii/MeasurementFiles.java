package dev.palinode.data.pii;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;

/** Reads the files that a recogniser is measured on. */
final class MeasurementFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

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
   * The values of JSON Lines with an object from slot to value in each line; blank values are
   * skipped. A slot is {@code KIND-number}. Some slots of LLM-PC begin with stray text up to an
   * opening bracket, which is ignored.
   */
  static List<MaskedValue> values(Path file) throws IOException {
    List<MaskedValue> values = new ArrayList<>();
    for (JsonNode row : rows(file)) {
      for (Map.Entry<String, JsonNode> slot : row.properties()) {
        String name = slot.getKey().substring(slot.getKey().lastIndexOf('[') + 1);
        int hyphen = name.lastIndexOf('-');
        String value = slot.getValue().asText();
        if (!value.isBlank()) {
          values.add(new MaskedValue(hyphen < 0 ? name : name.substring(0, hyphen), value));
        }
      }
    }
    return values;
  }

  /**
   * The texts of a file: for {@code .jsonl} the fields {@code question} and {@code answer} of each
   * line, without GSM8K's annotations; for {@code .csv} the column {@code question}.
   */
  static List<String> texts(Path file) throws IOException {
    List<String> texts = new ArrayList<>();
    if (file.toString().endsWith(".csv")) {
      try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
        rows.forEach(row -> texts.add(row.getField("question")));
      } catch (CsvParseException | NoSuchElementException e) {
        throw new IOException(
            file + ": expected CSV with a column \"question\": " + e.getMessage(), e);
      }
      return texts;
    }
    for (JsonNode row : rows(file)) {
      String text = row.path("question").asText() + "\n" + row.path("answer").asText();
      texts.add(MARKS.matcher(text).replaceAll(""));
    }
    return texts;
  }

  private static List<JsonNode> rows(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : TextFiles.lines(file)) {
      try {
        JsonNode row = JSON.readTree(line);
        if (!row.isObject()) {
          throw new IOException(at(file, rows.size()) + ": expected a JSON object on each line");
        }
        rows.add(row);
      } catch (JsonProcessingException e) {
        throw new IOException(at(file, rows.size()) + ": no JSON: " + e.getOriginalMessage(), e);
      }
    }
    return rows;
  }

  private static String at(Path file, int linesBefore) {
    return file + ", line " + (linesBefore + 1);
  }
}
