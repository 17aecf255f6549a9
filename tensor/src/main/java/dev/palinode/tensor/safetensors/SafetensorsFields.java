package dev.palinode.tensor.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.palinode.tensor.DType;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one tensor in the header of a safetensors file, each field valid by itself.
 *
 * @param shape not negative
 * @param begin first byte, counted from the start of the data; not negative
 * @param end the byte after the last; not negative
 */
record SafetensorsFields(DType type, List<Long> shape, long begin, long end) {
  /** The most that libtorch's operations support. */
  static final int MAX_DIMENSIONS = 64;

  /**
   * Reads the fields, from the first token of the value; unknown ones are skipped. What is no JSON
   * is an IOException, a bad field an IllegalArgumentException that names it.
   */
  static SafetensorsFields read(JsonParser json) throws IOException {
    Validate.isTrue(json.currentToken() == JsonToken.START_OBJECT, "its entry is no JSON object");
    DType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          requireFirst(type, field);
          type = DType.ofSafetensors(json.getText());
        }
        case "shape" -> {
          requireFirst(shape, field);
          shape = counts(field, json, MAX_DIMENSIONS);
        }
        case "data_offsets" -> {
          requireFirst(offsets, field);
          offsets = counts(field, json, 2);
        }
        default -> json.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw new IllegalArgumentException(
          (type == null ? "dtype" : shape == null ? "shape" : "data_offsets") + " is missing");
    }
    Validate.isTrue(offsets.size() == 2, "data_offsets are %s, expected two numbers", offsets);
    return new SafetensorsFields(type, shape, offsets.get(0), offsets.get(1));
  }

  private static void requireFirst(@Nullable Object before, String field) {
    Validate.isTrue(before == null, "%s is there twice", field);
  }

  private static List<Long> counts(String field, JsonParser json, int most) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException(
          "%s is %s, expected a list of numbers".formatted(field, shown(json)));
    }
    List<Long> counts = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Validate.isTrue(counts.size() < most, "%s has more than %s numbers", field, most);
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0) {
        throw new IllegalArgumentException(
            "%s has %s, expected a whole number that is not negative and below 2^63"
                .formatted(field, shown(json)));
      }
      counts.add(json.getLongValue());
    }
    return List.copyOf(counts);
  }

  private static String shown(JsonParser json) throws IOException {
    return Printable.escape(String.valueOf(json.getText()));
  }
}
