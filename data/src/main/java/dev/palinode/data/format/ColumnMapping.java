package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.text.Nearest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * Row format with columns mapped by the user: {@code prompt=question,response=answer}. A column can
 * be nested in an object, {@code response=answer.text}, or a list, {@code response=answers.0}.
 *
 * <p>The targets decide the kind of record. {@code system} becomes the first message of the prompt
 * or messages. After renaming, one of the other formats reads the row.
 */
final class ColumnMapping {
  /** Record kinds by their targets; the first whose needed targets are all given is used. */
  private static final List<Shape> RECORDS =
      List.of(
          new Shape(
              List.of("prompt", "chosen", "rejected"), List.of("system"), Preferences.PREFERENCE),
          new Shape(List.of("prompt", "safe", "unsafe"), List.of("system"), Preferences.LABELLED),
          new Shape(
              List.of("prompt", "response"), List.of("system", "input"), Dialogues.COMPLETION),
          new Shape(List.of("messages"), List.of("system"), Dialogues.CONVERSATION),
          new Shape(
              List.of("question", "choices", "answer"),
              List.of("id", "subject"),
              Benchmarks.MULTIPLE_CHOICE),
          new Shape(List.of("text"), List.of(), Formats.TEXT),
          new Shape(
              List.of("prompt"),
              List.of("id", "category", "context", "target", "label"),
              Benchmarks.prompts(Expected.UNSTATED)));

  private static final List<String> TARGETS =
      RECORDS.stream()
          .flatMap(made -> Stream.concat(made.needed().stream(), made.optional().stream()))
          .distinct()
          .toList();

  /** The targets of a record, and the format that reads the renamed row. */
  private record Shape(List<String> needed, List<String> optional, RowFormat format) {}

  private ColumnMapping() {}

  /**
   * @param text {@code target=column,...}
   * @throws IllegalArgumentException if a target is unknown (names the nearest) or given twice, or
   *     the targets do not form a record
   */
  static RowFormat parse(String text) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (String each : text.split(",", -1)) {
      int equals = each.indexOf('=');
      String target = each.substring(0, Math.max(0, equals)).strip();
      String column = each.substring(equals + 1).strip();
      Validate.isTrue(
          !target.isEmpty() && !column.isEmpty(),
          "\"%s\" in the mapping of columns: expected target=column",
          each);
      if (!TARGETS.contains(target)) {
        throw new IllegalArgumentException(
            "unknown target \"%s\" in the mapping of columns; did you mean \"%s\"? There are %s"
                .formatted(target, Nearest.to(target, TARGETS), targets()));
      }
      String other = columns.put(target, column);
      Validate.isTrue(other == null, "target \"%s\" is mapped twice", target);
    }
    String name =
        columns.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(","));
    RowFormat format = made(columns.keySet()).format();
    return new RowFormat(
        name,
        "columns as given",
        row -> columns.values().stream().noneMatch(column -> at(row, column).isMissingNode()),
        row -> read(row, columns, format));
  }

  private static Shape made(Set<String> targets) {
    Shape made =
        RECORDS.stream()
            .filter(each -> targets.containsAll(each.needed))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the targets %s make no record: expected prompt, chosen and rejected;"
                                .formatted(sorted(targets))
                            + " prompt, safe and unsafe; prompt and response; messages; question,"
                            + " choices and answer; text; or prompt"));
    for (String target : targets) {
      Validate.isTrue(
          made.needed.contains(target) || made.optional.contains(target),
          "target \"%s\" does not go with %s",
          target,
          sorted(made.needed));
    }
    return made;
  }

  private static String sorted(Collection<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  /** The names of all targets, for messages. */
  static String targets() {
    return String.join(", ", TARGETS);
  }

  private static List<DataRecord> read(Row row, Map<String, String> columns, RowFormat format)
      throws BrokenRowException, DroppedRowException {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> each : columns.entrySet()) {
      JsonNode value = at(row.value(), each.getValue());
      if (value.isMissingNode()) {
        throw row.problem(missing(row.value(), each.getValue()));
      }
      named.set(each.getKey(), value);
    }
    Row renamed = new Row(row.place(), named);
    try {
      addInput(renamed, named);
      addSystem(renamed, named);
      return format.read(renamed);
    } catch (BrokenRowException e) {
      throw row.problem(e.problem()); // with the row as it is in the file
    }
  }

  /** A column, or a nested value by its dotted path; a missing node if there is none. */
  private static JsonNode at(JsonNode row, String column) {
    String path = column.replace("~", "~0").replace("/", "~1").replace('.', '/');
    return row.has(column) ? row.get(column) : row.at("/" + path);
  }

  private static String missing(JsonNode row, String column) {
    List<String> names = row.propertyStream().map(Map.Entry::getKey).toList();
    String meant = names.isEmpty() ? ";" : "; did you mean \"" + Nearest.to(column, names) + "\"?";
    return "no column \"%s\"%s Found %s".formatted(column, meant, Row.names(row));
  }

  private static void addInput(Row row, ObjectNode named) throws BrokenRowException {
    JsonNode input = named.remove("input");
    if (input != null && !input.isNull()) {
      named.put("prompt", Dialogues.ask(row.text("prompt"), input.asText()));
    }
  }

  private static void addSystem(Row row, ObjectNode named) throws BrokenRowException {
    if (named.has("messages") || !named.has("system")) {
      return; // a conversation's own format reads it
    }
    String system = named.remove("system").asText();
    if (!system.isBlank()) {
      ArrayNode messages = JsonNodeFactory.instance.arrayNode();
      messages.addObject().put("role", "system").put("content", system);
      if (named.path("prompt").isArray()) {
        named.path("prompt").forEach(messages::add);
      } else {
        messages.addObject().put("role", "user").put("content", row.text("prompt"));
      }
      named.set("prompt", messages);
    }
  }
}
