package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.palinode.text.Printable;
import java.util.Locale;
import java.util.Map;

/** How JSON of data files is parsed: strictly, and with bounds on what one value may take. */
final class JsonValues {
  /** Nothing that people write is nested deeper, and trees of it are walked recursively. */
  static final int MAX_DEPTH = 500;

  private JsonValues() {}

  /** A parser that takes no key twice, and strings of at most that many characters. */
  static JsonMapper mapper(int maxCharacters) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxStringLength(maxCharacters)
            .maxNestingDepth(MAX_DEPTH)
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build())
        // Not the parser's own detection of duplicates, which keeps a second set of names.
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .build();
  }

  /** Whether a text or a name anywhere in the value holds that character. */
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

  /** What is wrong with a value on a line of its own, and in which column. */
  static String problem(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return "not JSON" + (at == null ? "" : " at column " + at.getColumnNr()) + words(e);
  }

  /** What is wrong within a document, and in which line and column of it. */
  static String problemWithin(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null
            ? ""
            : String.format(
                Locale.ROOT, " at line %d, column %d", at.getLineNr(), at.getColumnNr());
    return "not JSON" + where + words(e);
  }

  private static String words(JsonProcessingException e) {
    return ": " + Printable.escape(e.getOriginalMessage());
  }
}
