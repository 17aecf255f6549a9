package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;

/** A layout of rows and its conversion to records. Implementations are immutable. */
public interface RowFormat {
  /** Its name on the command line and in recipes, such as {@code hh-rlhf}. */
  String name();

  /** One human-readable line on the fields of a row. */
  String description();

  /** Whether a value has the fields of such a row; their content is not checked. */
  boolean fits(JsonNode row);

  /**
   * Converts a row to records, or drops it.
   *
   * @throws BrokenRowException if it violates this layout; the message names the field
   */
  ParseResult read(Row row) throws BrokenRowException;
}
