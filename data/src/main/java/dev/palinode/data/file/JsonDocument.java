package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.SourceLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IntSummaryStatistics;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reader of JSON files. The first of these rules that fits decides what the rows are:
 *
 * <ol>
 *   <li>a list: each of its values is a row;
 *   <li>an object with a list named {@code data}: each value of that list is a row, and the other
 *       fields of the object are skipped;
 *   <li>several values, one after the other: each is a row (JSON Lines under another name);
 *   <li>an object of columns (lists of equal length that contain no objects): row n has the n-th
 *       value of each; an empty list is a column without values, whatever the others' length;
 *   <li>any other value is the only row.
 * </ol>
 *
 * <p>Lists and sequences of values are streamed. An object at the beginning is read into memory,
 * and may have {@value #MAX_OBJECT_CHARACTERS} characters. A value with a duplicate key, or with
 * bytes that are not UTF-8, is a broken row. If the text is not JSON the file is broken, because
 * the start of the next value is unknown. Rows are counted, not lines.
 */
final class JsonDocument implements Rows {
  /** Maximum length of an object at the beginning, such as an object of columns. */
  static final int MAX_OBJECT_CHARACTERS = 64 << 20;

  private final Path file;
  private final TextFile text;
  private final ObjectMapper mapper = JsonValues.mapper(JsonLines.DEFAULT_MAX_LINE_BYTES);
  private final JsonParser json;

  /** Rows of an object that comes first. */
  private Iterator<? extends JsonNode> made = Collections.emptyIterator();

  /** The rows after it; null until the beginning has been read. */
  private @Nullable MappingIterator<JsonNode> values;

  private boolean isBroken;
  private long number;

  JsonDocument(Path file) throws IOException {
    this.file = file;
    this.text = new TextFile(file);
    this.json = mapper.getFactory().createParser(TextFile.reader(text.bytes()));
  }

  @Override
  public double share() {
    return text.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (isBroken) {
      return null;
    }
    number++;
    try {
      if (values == null) {
        values = start();
      }
      if (made.hasNext()) {
        return row(made.next());
      } else if (values.hasNextValue()) {
        return row(values.nextValue());
      }
      finish();
      return null;
    } catch (JsonProcessingException e) {
      String problem = JsonValues.problem(e, true);
      if (e instanceof DatabindException && values != null) { // values after it can be read
        throw broken(problem, "");
      }
      throw damage(new DataException(file, problem, e));
    } catch (DataException e) {
      throw e instanceof BrokenRowException ? e : damage(e);
    }
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private MappingIterator<JsonNode> start() throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw new DataException(file, "is empty; expected JSON");
    } else if (first == JsonToken.START_ARRAY) {
      json.clearCurrentToken();
    } else if (first == JsonToken.START_OBJECT) {
      startObject();
    }
    return mapper.readerFor(JsonNode.class).readValues(json);
  }

  /** Reads an object to its end, or to the beginning of its list of rows. */
  private void startObject() throws IOException {
    ObjectNode object = mapper.createObjectNode();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      boolean isList = json.nextToken() == JsonToken.START_ARRAY;
      if (isList && name.equals("data")) {
        json.clearCurrentToken();
        return;
      }
      if (object.has(name)) {
        throw new DataException(file, "the object has \"" + name + "\" twice");
      }
      object.set(name, isList ? list() : mapper.<JsonNode>readTree(json));
      checkSize();
    }
    json.clearCurrentToken();
    boolean isAlone = json.nextToken() == null;
    made = isAlone ? rows(object) : Collections.singleton(object).iterator();
  }

  /** Value by value, so that a list that is too large is noticed in time. */
  private ArrayNode list() throws IOException {
    ArrayNode list = mapper.createArrayNode();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(mapper.<JsonNode>readTree(json));
      checkSize();
    }
    return list;
  }

  private void checkSize() throws DataException {
    if (json.currentLocation().getCharOffset() > MAX_OBJECT_CHARACTERS) {
      throw new DataException(
          file,
          String.format(
              Locale.ROOT,
              "is one object of more than %,d characters; write its rows as JSON Lines",
              MAX_OBJECT_CHARACTERS));
    }
  }

  /** The rows of an object of columns; any other object is itself the only row. */
  private Iterator<? extends JsonNode> rows(ObjectNode object) throws DataException {
    if (object.isEmpty() || !object.valueStream().allMatch(JsonDocument::isColumn)) {
      return List.of(object).iterator();
    }
    IntSummaryStatistics lengths =
        object.valueStream().mapToInt(JsonNode::size).filter(size -> size > 0).summaryStatistics();
    if (lengths.getMin() < lengths.getMax()) {
      String both = lengths.getMin() + " values and another " + lengths.getMax();
      throw new DataException(
          file, "is an object of columns, of which one has " + both + ": expected as many");
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

  /** Skips the other fields of an object with a list of rows. */
  private void finish() throws IOException {
    while (!json.getParsingContext().inRoot()) {
      json.nextToken();
    }
    if (json.nextToken() != null) {
      throw new DataException(file, "something follows the list of rows");
    }
  }

  private Row row(JsonNode value) throws BrokenRowException {
    if (JsonValues.holds(value, TextFile.BROKEN)) {
      throw broken("holds bytes that are not UTF-8", value.toString());
    }
    return new Row(SourceLocation.record(file, number), value);
  }

  private BrokenRowException broken(String problem, String text) {
    return new BrokenRowException(SourceLocation.record(file, number), problem, text, null);
  }

  private DataException damage(DataException e) {
    isBroken = true;
    return e.at(SourceLocation.record(file, number));
  }
}
