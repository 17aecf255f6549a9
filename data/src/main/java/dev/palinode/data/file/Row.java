package dev.palinode.data.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.SourceLocation;

/**
 * One row of a data file.
 *
 * @param place where it begins
 * @param value its JSON value; an object in most files
 */
public record Row(SourceLocation place, JsonNode value) {
  /** An exception that reports invalid content of this row. */
  public BrokenRowException problem(String what) {
    return new BrokenRowException(place, what, value.toString(), null);
  }
}
