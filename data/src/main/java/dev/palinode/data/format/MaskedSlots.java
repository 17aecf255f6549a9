package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.MaskedDetails;
import dev.palinode.data.file.Row;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Masked personal details of the LLM Privacy Challenge (NeurIPS 2024): an object from slot ({@code
 * NAME-1}) to value, which may be empty.
 */
final class MaskedSlots implements RowFormat {
  private static final Pattern SLOT = Pattern.compile("[A-Z_]+-[0-9]+");

  @Override
  public String name() {
    return "masked-details";
  }

  @Override
  public String description() {
    return "masked personal details, from slot (NAME-1) to value (LLM Privacy Challenge)";
  }

  @Override
  public boolean fits(JsonNode row) {
    return row.isObject()
        && row.properties().stream().allMatch(field -> SLOT.matcher(field.getKey()).matches());
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    Fields fields = Fields.of(row);
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : row.value().properties()) {
      values.put(each.getKey(), fields.text(each.getKey(), each.getValue()));
    }
    return Reading.of(fields.make(() -> new MaskedDetails(values)));
  }
}
