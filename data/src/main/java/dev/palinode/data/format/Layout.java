package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import java.util.function.Predicate;

/**
 * A format whose rows are JSON objects.
 *
 * @param shape whether a value has the fields of such a row
 * @param reader makes records of its fields; if a record rejects its content the row is broken
 */
record Layout(String name, String description, Predicate<JsonNode> shape, Reader reader)
    implements RowFormat {
  /** Converts fields to records. */
  @FunctionalInterface
  interface Reader {
    ParseResult read(RowReader fields) throws BrokenRowException;
  }

  @Override
  public boolean fits(JsonNode row) {
    return shape.test(row);
  }

  @Override
  public ParseResult read(Row row) throws BrokenRowException {
    RowReader fields = RowReader.of(row);
    try {
      return reader.read(fields);
    } catch (IllegalArgumentException e) {
      throw fields.problem(String.valueOf(e.getMessage()));
    }
  }
}
