package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.data.file.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A recipe: a flat list of keys from a YAML file and the command line.
 *
 * <p>The key {@code base} names another file, by a path relative to this file's folder, whose keys
 * are inherited; this file only has those that differ. Bases may be nested.
 */
public final class RecipeFile {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String BASE = "base";

  private final String name;
  private final ObjectNode values;

  private RecipeFile(String name, ObjectNode values) {
    this.name = name;
    this.values = values;
  }

  /**
   * Reads a YAML file and its bases.
   *
   * @param overrides {@code key=value}, the value without quotes; later ones win
   * @throws RecipeException if a base is missing or leads back to the file, or an override is not
   *     {@code key=value}
   * @throws IOException if a file cannot be read, or is not a list of keys
   */
  public static RecipeFile read(Path file, List<String> overrides) throws IOException {
    ObjectNode values = withBase(file, List.of());
    List<String> problems = new ArrayList<>();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals < 1) {
        problems.add("\"" + override + "\": expected key=value");
      } else if (override.startsWith(BASE + "=")) {
        problems.add("\"" + override + "\": a base is named in the file");
      } else {
        values.set(override.substring(0, equals), scalar(override.substring(equals + 1)));
      }
    }
    if (!problems.isEmpty()) {
      throw new RecipeException(file.toString(), problems);
    }
    return new RecipeFile(file.toString(), values);
  }

  /** {@code above}: files that inherit from this one, directly or not. */
  private static ObjectNode withBase(Path file, List<Path> above) throws IOException {
    List<Path> chain = Stream.concat(above.stream(), Stream.of(file.normalize())).toList();
    if (above.contains(file.normalize())) {
      String circle = chain.stream().map(Path::toString).collect(Collectors.joining(" -> "));
      throw new RecipeException(above.get(0).toString(), List.of("base leads back: " + circle));
    }
    ObjectNode own = YamlFile.read(file);
    JsonNode base = own.remove(BASE);
    if (base == null) {
      return own;
    }
    Path other = file.resolveSibling(base.asText());
    if (base.asText().isBlank() || !Files.isRegularFile(other)) {
      String problem = "base is \"" + base.asText() + "\": there is no file " + other;
      throw new RecipeException(file.toString(), List.of(problem));
    }
    ObjectNode values = withBase(other, chain);
    values.setAll(own);
    return values;
  }

  /** Reads a value as YAML does, so that files and the command line agree. */
  private static JsonNode scalar(String text) {
    JsonNodeFactory nodes = YAML.getNodeFactory();
    if (text.equals("true") || text.equals("false")) {
      return nodes.booleanNode(text.equals("true"));
    } else if (text.matches("-?[0-9]{1,18}")) {
      long number = Long.parseLong(text);
      return number == (int) number ? nodes.numberNode((int) number) : nodes.numberNode(number);
    } else if (text.matches("-?[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)?")) {
      return nodes.numberNode(Double.parseDouble(text));
    }
    return nodes.textNode(text);
  }

  public String name() {
    return name;
  }

  /** The text of a key; empty if it is not set. */
  public Optional<String> text(String key) {
    return values.hasNonNull(key) ? Optional.of(values.get(key).asText()) : Optional.empty();
  }

  /** The resolved recipe as YAML: all keys, without a base. */
  public String resolved() throws IOException {
    return YAML.writeValueAsString(values);
  }

  /**
   * Binds the keys to settings; none may be missing or unknown.
   *
   * @param type a record of String, Path, int, long, double, boolean and enum components, and of
   *     nested such records, whose keys are at the same level; constructors check ranges
   * @throws RecipeException that lists all keys that are unknown, missing or refused
   */
  <R> R bind(Class<R> type) {
    SettingsBinder binder = new SettingsBinder(values);
    Optional<R> bound = binder.bind(type);
    if (!binder.problems().isEmpty() || bound.isEmpty()) {
      throw new RecipeException(name, binder.problems());
    }
    return bound.get();
  }
}
