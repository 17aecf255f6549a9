package dev.palinode.data.file;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataException;
import dev.palinode.data.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a JSON file, by the first of these rules that fits:
 *
 * <ol>
 *   <li>a list: each of its values is a row;
 *   <li>an object with a list named {@code data}: each value of that list is a row, and whatever
 *       else the object holds is passed over;
 *   <li>several values, one behind the other: each is a row (JSON Lines under another name);
 *   <li>an object of columns (see {@link JsonColumns}): row n has the n-th value of each;
 *   <li>any other value is the only row.
 * </ol>
 *
 * <p>Lists, and values one behind the other, are read one by one; an object that comes first lies
 * in memory, and may be {@value #MAX_OBJECT_CHARACTERS} characters. A value that has a key twice,
 * or bytes that are no UTF-8, is a broken row. Where it is no JSON the file is broken, as nobody
 * can know where the next value begins. Rows are counted, not lines.
 */
final class JsonDocument implements Rows {
  /** What an object at the beginning, such as columns, may take. */
  static final int MAX_OBJECT_CHARACTERS = 64 << 20;

  private final Path file;
  private final OpenText text;
  private final ObjectMapper mapper = JsonValues.mapper(JsonLines.DEFAULT_MAX_LINE_BYTES);
  private final JsonParser json;
  private boolean started;
  private boolean ended;

  /** Whether the parser stands at the first token of a row that is not yet read. */
  private boolean atRow;

  private long number;

  /** What holds the rows: a list, or the document itself. */
  private JsonStreamContext parent;

  /** Rows that are already made. */
  private Iterator<? extends JsonNode> made = Collections.emptyIterator();

  JsonDocument(Path file) throws IOException {
    this.file = file;
    this.text = TextBytes.open(file);
    this.json = mapper.getFactory().createParser(Utf8.reader(text.bytes()));
    this.parent = json.getParsingContext();
  }

  @Override
  public double share() {
    return text.share();
  }

  @Override
  public @Nullable Row next() throws IOException {
    if (ended && !made.hasNext()) {
      return null;
    }
    number++;
    try {
      if (!started) {
        started = true;
        start();
      }
      if (made.hasNext()) {
        return row(made.next());
      }
      return ended || !hasAnother() ? null : row(mapper.readTree(json));
    } catch (DatabindException e) {
      skipRow();
      throw broken(JsonValues.problemWithin(e), "");
    } catch (JsonProcessingException e) {
      throw damage(new DataException(file, 0, JsonValues.problemWithin(e), e));
    } catch (DataException e) {
      throw e instanceof BrokenRowException ? e : damage(e);
    }
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private void start() throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw new DataException(file, 0, "is empty; expected JSON");
    } else if (first == JsonToken.START_ARRAY) {
      parent = json.getParsingContext();
    } else if (first == JsonToken.START_OBJECT) {
      startObject();
    } else {
      made = Collections.singleton(mapper.<JsonNode>readTree(json)).iterator();
    }
  }

  private void startObject() throws IOException {
    ObjectNode object = mapper.createObjectNode();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      boolean isList = json.nextToken() == JsonToken.START_ARRAY;
      if (isList && name.equals("data")) {
        parent = json.getParsingContext();
        return;
      }
      if (object.has(name)) {
        throw new DataException(file, 0, "the object has \"" + name + "\" twice");
      }
      object.set(name, isList ? list() : mapper.<JsonNode>readTree(json));
      checkSize();
    }
    json.clearCurrentToken();
    boolean alone = json.nextToken() == null;
    ended = alone;
    atRow = !alone;
    made = alone ? JsonColumns.rows(file, object) : Collections.singleton(object).iterator();
  }

  /** Value by value, so that what is too large is noticed in time. */
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
          0,
          String.format(
              Locale.ROOT,
              "is one object of more than %,d characters; write its rows as JSON Lines",
              MAX_OBJECT_CHARACTERS));
    }
  }

  /** Goes to the first token of the next row, or to the end. */
  private boolean hasAnother() throws IOException {
    if (atRow) {
      atRow = false;
      return true;
    }
    JsonToken token = json.nextToken();
    if (token == null || token == JsonToken.END_ARRAY) {
      ended = true;
      if (token != null) {
        finishList();
      }
      return false;
    }
    return true;
  }

  /** Passes over what else an object holds beside its list of rows. */
  private void finishList() throws IOException {
    while (!json.getParsingContext().inRoot()) {
      json.nextToken();
    }
    if (json.nextToken() != null) {
      throw new DataException(file, 0, "something follows the list of rows");
    }
  }

  private void skipRow() throws IOException {
    try {
      while (json.getParsingContext() != parent) {
        json.nextToken();
      }
      json.clearCurrentToken();
    } catch (JsonProcessingException e) {
      throw damage(new DataException(file, 0, JsonValues.problemWithin(e), e));
    }
  }

  private Row row(JsonNode value) throws BrokenRowException {
    if (JsonValues.holds(value, Utf8.BROKEN)) {
      throw broken("holds bytes that are not UTF-8", value.toString());
    }
    return new Row(Place.record(file, number), value);
  }

  private BrokenRowException broken(String problem, String text) {
    return new BrokenRowException(Place.record(file, number), problem, text, null);
  }

  private DataException damage(DataException e) {
    ended = true;
    made = Collections.emptyIterator();
    return e.at(Place.record(file, number));
  }
}
