package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.palinode.text.Printable;
import java.util.Map;

/** Strict JSON parsing for data files, with limits on the size of a value. */
final class JsonValues {
  /** Maximum nesting: trees are walked recursively, and real data is not nested deeper. */
  static final int MAX_DEPTH = 500;

  private JsonValues() {}

  /** A parser that rejects duplicate keys and longer strings. */
  static JsonMapper mapper(int maxCharacters) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxStringLength(maxCharacters)
            .maxNestingDepth(MAX_DEPTH)
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        // Not the parser's duplicate detection, which keeps a second set of names.
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .build();
  }

  /** Whether a string or a key anywhere in the value contains the character. */
  static boolean holds(JsonNode value, char wanted) {
    if (value.isTextual()) {
      return value.textValue().indexOf(wanted) >= 0;
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (field.getKey().indexOf(wanted) >= 0) {
        return true;
      }
    }
    for (JsonNode each : value) {
      if (holds(each, wanted)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Error message with the place of the error.
   *
   * @param withLine whether the text has several lines
   */
  static String problem(JsonProcessingException e, boolean withLine) {
    JsonLocation at = e.getLocation();
    String line = at == null || !withLine ? "" : " line " + at.getLineNr() + ",";
    return "not JSON"
        + (at == null ? "" : " at" + line + " column " + at.getColumnNr())
        + ": "
        + Printable.escape(e.getOriginalMessage());
  }
}
