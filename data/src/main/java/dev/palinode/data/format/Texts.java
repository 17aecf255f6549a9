package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.PlainText;

/** Row format of plain texts: a JSON string, or an object with a {@code text}. */
final class Texts implements RowFormat {
  @Override
  public String name() {
    return "text";
  }

  @Override
  public String description() {
    return "rows that are a string, or objects with a text";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.isTextual() || row.path("text").isTextual();
  }

  @Override
  public ParseResult read(Row row) throws BrokenRowException {
    return ParseResult.of(
        new PlainText(
            row.value().isTextual()
                ? RowReader.unicode(row, row.value().textValue())
                : RowReader.of(row).text("text")));
  }
}
