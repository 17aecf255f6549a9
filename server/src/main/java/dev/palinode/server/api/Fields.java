package dev.palinode.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.palinode.text.Nearest;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, read strictly: each is asked for once, and {@link #end} refuses the
 * others by name. A field that is null counts as absent. Not thread-safe.
 */
final class Fields {
  private static final int MAX_DEPTH = 16;

  private static final ObjectReader READER = reader();

  private final JsonNode object;
  private final String path; // of the object, "" or ending with a dot
  private final Set<String> known = new LinkedHashSet<>();

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  private static ObjectReader reader() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // names are the client's
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE) // the body has a limit
                    .build())
            .build();
    ObjectMapper mapper =
        JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    return mapper.reader();
  }

  /** The fields of a request. */
  static Fields of(byte[] body) {
    try {
      return of(READER.readTree(body), "");
    } catch (JsonProcessingException e) {
      throw ApiException.malformed(
          "the body is no JSON: " + Printable.escape(e.getOriginalMessage()));
    } catch (IOException e) {
      throw ApiException.malformed("the body is no UTF-8");
    }
  }

  /** The fields of an object at a place in a request. */
  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw path.isEmpty()
          ? ApiException.malformed("the body is no JSON object")
          : ApiException.invalid(path, path + ": expected an object");
    }
    return new Fields(node, path.isEmpty() ? "" : path + ".");
  }

  /** The name of a field in the whole request. */
  String name(String field) {
    return path + field;
  }

  ApiException invalid(String field, String expected) {
    return ApiException.invalid(name(field), name(field) + ": expected " + expected);
  }

  /** A field of any type; null if it is absent. */
  @Nullable JsonNode any(String field) {
    known.add(field);
    @Nullable JsonNode value = object.get(field);
    return value == null || value.isNull() ? null : value;
  }

  Optional<String> text(String field) {
    @Nullable JsonNode value = any(field);
    if (value != null && !value.isTextual()) {
      throw invalid(field, "a string");
    }
    return Optional.ofNullable(value).map(JsonNode::textValue);
  }

  boolean flag(String field) {
    @Nullable JsonNode value = any(field);
    if (value != null && !value.isBoolean()) {
      throw invalid(field, "true or false");
    }
    return value != null && value.booleanValue();
  }

  OptionalLong integer(String field) {
    @Nullable JsonNode value = any(field);
    if (value == null) {
      return OptionalLong.empty();
    } else if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw invalid(field, "an integer");
    }
    return OptionalLong.of(value.longValue());
  }

  OptionalInt integer(String field, int least, int most) {
    OptionalLong value = integer(field);
    if (value.isPresent() && (value.getAsLong() < least || value.getAsLong() > most)) {
      throw invalid(field, least + " to " + most);
    }
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  OptionalDouble number(String field, double least, double most) {
    @Nullable JsonNode value = any(field);
    if (value == null) {
      return OptionalDouble.empty();
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw invalid(field, "a number from " + plain(least) + " to " + plain(most));
    }
    return OptionalDouble.of(number);
  }

  private static String plain(double limit) {
    return limit == Math.rint(limit) && Math.abs(limit) < 1e9
        ? String.valueOf((long) limit)
        : String.valueOf(limit);
  }

  Optional<Fields> object(String field) {
    return Optional.ofNullable(any(field)).map(value -> of(value, name(field)));
  }

  /** The strings of an array, or a string alone. */
  List<String> texts(String field, int most) {
    @Nullable JsonNode value = any(field);
    if (value == null) {
      return List.of();
    } else if (value.isTextual()) {
      return List.of(value.textValue());
    }
    String expected = "strings, " + most + " at most";
    if (!value.isArray() || value.size() > most) {
      throw invalid(field, expected);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode each : value) {
      if (!each.isTextual()) {
        throw invalid(field, expected);
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /**
   * Refuses a field of OpenAI's API that is not supported, unless it has a value that asks for
   * nothing.
   */
  void refuse(String field, String... harmless) {
    @Nullable JsonNode value = any(field);
    if (value != null && !List.of(harmless).contains(value.toString())) {
      throw ApiException.invalid(
          name(field),
          name(field)
              + " is not supported by this server: leave it out"
              + (harmless.length == 0 ? "" : ", or give " + String.join(" or ", harmless)));
    }
  }

  /** Refuses all fields that nobody asked for. */
  void end() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String field = names.next();
      if (!known.contains(field)) {
        String shown = Printable.escape(name(field));
        throw ApiException.invalid(
            shown, "unknown field " + shown + "; the nearest known one is " + nearest(field));
      }
    }
  }

  private String nearest(String field) {
    String shortened = field.substring(0, Math.min(field.length(), 100));
    return name(Nearest.to(shortened, List.copyOf(known)));
  }
}
