package dev.palinode.data.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.text.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reader of CSV and TSV files (RFC 4180): each row as an object of strings, with the header's names
 * as keys; empty or duplicate names are an error.
 *
 * <p>Blank lines are skipped. A row is broken if its number of fields differs from the header's, or
 * if it contains NUL bytes or bytes that are not UTF-8. The file is broken where a quoted field is
 * not closed, or has text after its closing quote, because the start of the next row is then
 * unknown.
 */
final class CsvRows implements Rows {
  /** Maximum characters of a row, which also limits an unclosed quoted field. */
  private static final int MAX_ROW_CHARACTERS = 16 << 20;

  /** Sentinel appended to the file: a separate row, unless a quoted field is still open. */
  private static final String END = "\uFFFE";

  private final Path file;
  private final TextFile text;
  private final CloseableIterator<CsvRecord> records;
  private final List<String> columns;
  private long line;
  private long nextLine = 1;
  private boolean ended;

  CsvRows(Path file, char separator) throws IOException {
    this.file = file;
    InputStream end = new ByteArrayInputStream(("\n" + END).getBytes(StandardCharsets.UTF_8));
    this.text = new TextFile(file);
    InputStream bytes = new SequenceInputStream(text.bytes(), end);
    this.records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .allowExtraFields(true) // checked in problem(), so that only the row is broken
            .allowMissingFields(true)
            .maxBufferSize(MAX_ROW_CHARACTERS)
            .ofCsvRecord(TextFile.reader(bytes))
            .iterator();
    try {
      this.columns = header();
    } catch (IOException | RuntimeException e) {
      records.close();
      throw e;
    }
  }

  @Override
  public double share() {
    return text.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    CsvRecord read = read();
    if (read == null) {
      return null;
    }
    SourceLocation place = SourceLocation.line(file, line);
    String problem = problem(read);
    if (problem != null) {
      throw new BrokenRowException(place, problem, String.join(",", read.getFields()), null);
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.size(); i++) {
      row.put(columns.get(i), read.getField(i));
    }
    return new Row(place, row);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private List<String> header() throws IOException {
    CsvRecord first = read();
    if (first == null) {
      throw new DataException(file, "is empty; expected a header with the names of columns");
    }
    Set<String> names = new HashSet<>();
    String problem = encodingProblem(first);
    for (String name : first.getFields()) {
      if (name.isBlank()) {
        problem = "has a column without a name";
      } else if (!names.add(name)) {
        problem = "names column " + Printable.quote(name) + " twice";
      }
    }
    if (problem != null) {
      throw new DataException(SourceLocation.line(file, line), "the header " + problem, null);
    }
    return first.getFields();
  }

  /** The next record; null at the end. */
  private @Nullable CsvRecord read() throws IOException {
    if (ended) {
      return null;
    }
    ended = true; // reset on success
    try {
      CsvRecord read = records.next();
      line = read.getStartingLineNumber();
      nextLine = line + 1 + lineEnds(read);
      String last = read.getField(read.getFieldCount() - 1);
      if (last.equals(END) && read.getFieldCount() == 1) {
        return null;
      }
      if (last.endsWith(END)) {
        String problem = "a quotation that begins here never ends";
        throw new DataException(SourceLocation.line(file, line), problem, null);
      }
      ended = false;
      return read;
    } catch (CsvParseException e) {
      throw new DataException(SourceLocation.line(file, nextLine), "not CSV: " + message(e), e);
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof DataException damage
          ? damage.at(SourceLocation.line(file, nextLine))
          : e.getCause();
    }
  }

  private @Nullable String problem(CsvRecord read) {
    if (read.getFieldCount() != columns.size()) {
      return read.getFieldCount() + " fields; expected " + columns.size() + ", as the header has";
    }
    return encodingProblem(read);
  }

  private static @Nullable String encodingProblem(CsvRecord read) {
    for (String field : read.getFields()) {
      if (field.indexOf(TextFile.BROKEN) >= 0) {
        return "holds bytes that are not UTF-8";
      }
      if (field.indexOf('\0') >= 0) {
        return "holds NUL bytes";
      }
    }
    return null;
  }

  private static long lineEnds(CsvRecord read) {
    return read.getFields().stream().flatMapToInt(String::chars).filter(c -> c == '\n').count();
  }

  private static String message(CsvParseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return Printable.escape(String.valueOf(cause.getMessage()));
  }
}
