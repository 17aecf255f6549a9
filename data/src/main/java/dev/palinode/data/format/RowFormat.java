package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord;
import java.util.List;
import java.util.function.Predicate;

/**
 * A layout of rows and its conversion to records. Immutable.
 *
 * @param name its name on the command line and in recipes, such as {@code hh-rlhf}
 * @param description one human-readable line on the fields of a row
 * @param shape whether a value has the fields of such a row; their content is not checked
 * @param reader converts a row; if a record rejects its content the row is broken
 */
public record RowFormat(String name, String description, Predicate<JsonNode> shape, Reader reader) {
  /** Converts a row to records. */
  @FunctionalInterface
  public interface Reader {
    /**
     * @return at least one record
     * @throws BrokenRowException if the row violates the layout; the message names the field
     * @throws DroppedRowException if the row cannot be used
     */
    List<DataRecord> read(Row row) throws BrokenRowException, DroppedRowException;
  }

  /** Whether a value has the {@link #shape} of such a row. */
  public boolean fits(JsonNode row) {
    return shape.test(row);
  }

  /** Converts a row as {@link Reader#read}. */
  public List<DataRecord> read(Row row) throws BrokenRowException, DroppedRowException {
    try {
      return reader.read(row);
    } catch (IllegalArgumentException e) {
      throw row.problem(String.valueOf(e.getMessage()));
    }
  }
}
