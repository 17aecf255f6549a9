package dev.palinode.evaluation.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.data.file.YamlFile;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.lang3.Validate;

/** Reads benchmarks and suites from YAML files. */
public final class BenchmarkFile {
  private static final YAMLMapper YAML = new YAMLMapper();

  private static final ObjectMapper BINDER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // they are found first
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  /** A suite as in its file: it names its benchmarks. */
  private record SuiteFile(
      String name, int version, String description, String overall, List<String> benchmarks) {}

  private BenchmarkFile() {}

  /**
   * Reads a suite, or a benchmark as a suite of its own. The benchmarks of a suite are files of
   * their name beside it.
   *
   * @throws IOException if a file cannot be read, or is not a list of keys
   * @throws IllegalArgumentException if one is not valid; the message names the file and the key
   */
  public static Suite read(Path file) throws IOException {
    ObjectNode yaml = YamlFile.read(file);
    if (!yaml.has("benchmarks")) {
      return Suite.of(benchmark(file, yaml));
    }
    ObjectNode whole = JsonNodeFactory.instance.objectNode().put("description", "");
    whole.put("overall", "").setAll(yaml);
    SuiteFile suite = bind(file, whole, SuiteFile.class);
    List<Benchmark> benchmarks = new ArrayList<>();
    for (String name : suite.benchmarks) {
      Validate.isTrue(
          name.matches(Benchmark.NAME),
          "%s: benchmarks has \"%s\": expected the name of a file beside it",
          file,
          name);
      Path other = file.resolveSibling(name + ".yaml");
      benchmarks.add(benchmark(other, YamlFile.read(other)));
    }
    return new Suite(suite.name, suite.version, suite.description, suite.overall, benchmarks);
  }

  private static Benchmark benchmark(Path file, ObjectNode yaml) throws IOException {
    try (InputStream defaults =
        Objects.requireNonNull(BenchmarkFile.class.getResourceAsStream("defaults.yaml"))) {
      ObjectNode whole = (ObjectNode) YAML.readTree(defaults);
      merge(whole, yaml);
      return bind(file, whole, Benchmark.class);
    }
  }

  /** The benchmark with all its keys, as manifests have it. */
  public static ObjectNode toJson(Benchmark benchmark) {
    return BINDER.valueToTree(benchmark);
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    for (var each : from.properties()) {
      JsonNode old = into.get(each.getKey());
      if (old instanceof ObjectNode deeper && each.getValue() instanceof ObjectNode further) {
        merge(deeper, further);
      } else {
        into.set(each.getKey(), each.getValue());
      }
    }
  }

  private static <T> T bind(Path file, ObjectNode yaml, Class<T> type) {
    List<String> problems = unknownKeys("", yaml, type);
    try {
      T bound = BINDER.treeToValue(yaml, type);
      if (problems.isEmpty()) {
        return bound;
      }
    } catch (JsonProcessingException e) {
      problems.add(problem(e));
    }
    throw new IllegalArgumentException(file + ": " + String.join("; ", problems));
  }

  /** The keys that the records do not have: a misspelt one is more than one that is missing. */
  private static List<String> unknownKeys(String before, ObjectNode yaml, Class<?> type) {
    Map<String, Class<?>> known = new TreeMap<>();
    for (RecordComponent each : type.getRecordComponents()) {
      known.put(SnakeCaseStrategy.INSTANCE.translate(each.getName()), element(each));
    }
    List<String> problems = new ArrayList<>();
    for (var each : yaml.properties()) {
      String key = each.getKey();
      Class<?> own = known.get(key);
      if (own == null) {
        String nearest = Nearest.to(key, List.copyOf(known.keySet()));
        problems.add("unknown key \"%s\"; did you mean \"%s\"?".formatted(before + key, nearest));
      } else if (own.isRecord()) {
        for (JsonNode value :
            each.getValue().isArray() ? each.getValue() : List.of(each.getValue())) {
          if (value instanceof ObjectNode deeper) {
            problems.addAll(unknownKeys(before + key + ".", deeper, own));
          }
        }
      }
    }
    return problems;
  }

  /** The type of a component, or of the elements of one that is a list. */
  private static Class<?> element(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
            && list.getActualTypeArguments()[0] instanceof Class<?> element
        ? element
        : component.getType();
  }

  private static String problem(JsonProcessingException e) {
    if (e.getCause() instanceof IllegalArgumentException refused) {
      return String.valueOf(refused.getMessage());
    } else if (e instanceof JsonMappingException wrong) {
      String what = wrong.getOriginalMessage();
      return what.contains("creator property")
          ? key(wrong) + " is not set"
          : "%s has a wrong value: %s".formatted(key(wrong), what);
    }
    return e.getOriginalMessage();
  }

  private static String key(JsonMappingException e) {
    return e.getPath().stream()
        .map(Reference::getFieldName)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
  }
}
