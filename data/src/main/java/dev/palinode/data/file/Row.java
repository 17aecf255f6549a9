package dev.palinode.data.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.SourceLocation;

/**
 * One value of a data file.
 *
 * @param place where it is, or begins
 * @param value an object for most files; whatever JSON there is otherwise
 */
public record Row(SourceLocation place, JsonNode value) {
  /** An exception for a reader that finds the content of this row wrong. */
  public BrokenRowException problem(String what) {
    return new BrokenRowException(place, what, value.toString(), null);
  }
}
