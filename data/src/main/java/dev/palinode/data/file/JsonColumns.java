package dev.palinode.data.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.record.DataException;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Converts an object of columns to rows. All its values are lists of equal length that contain no
 * objects. An empty list is a column without values, whatever the length of the others.
 */
final class JsonColumns {
  private JsonColumns() {}

  /**
   * The rows of an object of columns; any other object is itself the only row.
   *
   * @throws DataException if the columns have different lengths
   */
  static Iterator<? extends JsonNode> rows(Path file, ObjectNode object) throws DataException {
    if (object.isEmpty() || !object.valueStream().allMatch(JsonColumns::isColumn)) {
      return List.of(object).iterator();
    }
    IntSummaryStatistics lengths =
        object.valueStream().mapToInt(JsonNode::size).filter(size -> size > 0).summaryStatistics();
    if (lengths.getMin() < lengths.getMax()) {
      throw new DataException(
          file,
          0,
          String.format(
              Locale.ROOT,
              "is an object of columns, of which one has %d values and another %d: expected as many",
              lengths.getMin(),
              lengths.getMax()));
    }
    int rows = Math.max(0, lengths.getMax());
    return IntStream.range(0, rows).mapToObj(place -> row(object, place)).iterator();
  }

  private static boolean isColumn(JsonNode value) {
    return value.isArray() && value.valueStream().noneMatch(JsonNode::isObject);
  }

  private static ObjectNode row(ObjectNode columns, int place) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> column : columns.properties()) {
      if (!column.getValue().isEmpty()) {
        row.set(column.getKey(), column.getValue().get(place));
      }
    }
    return row;
  }
}
