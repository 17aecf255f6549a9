package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;

/** A layout of rows, and what they mean. Implementations are immutable. */
public interface RowFormat {
  /** Its name on the command line and in recipes, such as {@code hh-rlhf}. */
  String name();

  /** What a row holds, in a line for people who look for the name of their layout. */
  String description();

  /** Whether a value has the shape of such a row; its content is not checked. */
  boolean fits(JsonNode row);

  /**
   * What a row means.
   *
   * @throws BrokenRowException if it is not as this layout has it; the message names the field
   */
  ParseResult read(Row row) throws BrokenRowException;
}
