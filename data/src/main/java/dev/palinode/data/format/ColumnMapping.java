package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.file.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of any layout, of which somebody says which column is what: {@code
 * prompt=question,response=answer}. A column can lie in an object: {@code response=answer.text}, or
 * in a list: {@code response=answers.0}.
 *
 * <p>What is said decides the record:
 *
 * <table>
 *   <caption>Targets and records</caption>
 *   <tr><th>targets</th><th>record</th></tr>
 *   <tr><td>prompt, chosen, rejected</td><td>preference pair</td></tr>
 *   <tr><td>prompt, safe, unsafe</td><td>safety triple: the answers are labelled</td></tr>
 *   <tr><td>prompt, response; also input</td><td>utility data</td></tr>
 *   <tr><td>messages</td><td>conversation</td></tr>
 *   <tr><td>question, choices, answer; also id, subject</td><td>choice question</td></tr>
 *   <tr><td>text</td><td>plain text</td></tr>
 *   <tr><td>prompt; also id, category, context, target, label</td><td>evaluation prompt</td></tr>
 * </table>
 *
 * <p>A {@code system} beside a prompt or messages is their first message. The other formats read
 * the row once its columns have these names, with their rules for what is dropped.
 */
public final class ColumnMapping implements RowFormat {
  private static final List<String> TARGETS =
      List.of(
          "prompt",
          "response",
          "chosen",
          "rejected",
          "safe",
          "unsafe",
          "messages",
          "system",
          "input",
          "question",
          "choices",
          "answer",
          "text",
          "id",
          "category",
          "subject",
          "context",
          "target",
          "label");

  private final Map<String, String> columns;
  private final MappedRecord made;

  private ColumnMapping(Map<String, String> columns, MappedRecord made) {
    this.columns = Collections.unmodifiableMap(columns);
    this.made = made;
  }

  /**
   * @param text {@code target=column,...}
   * @throws IllegalArgumentException if a target is unknown (names the nearest) or given twice, or
   *     together they make no record
   */
  public static ColumnMapping parse(String text) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (String each : text.split(",", -1)) {
      int equals = each.indexOf('=');
      String target = each.substring(0, Math.max(0, equals)).strip();
      String column = each.substring(equals + 1).strip();
      if (target.isEmpty() || column.isEmpty()) {
        throw new IllegalArgumentException(
            "\"" + each + "\" in the mapping of columns: expected target=column");
      }
      if (!TARGETS.contains(target)) {
        throw new IllegalArgumentException(
            "unknown target \"%s\" in the mapping of columns; did you mean \"%s\"? There are %s"
                .formatted(target, Nearest.to(target, TARGETS), targets()));
      }
      if (columns.put(target, column) != null) {
        throw new IllegalArgumentException("target \"" + target + "\" is mapped twice");
      }
    }
    return new ColumnMapping(columns, MappedRecord.of(columns.keySet()));
  }

  /** What columns can be mapped to, for messages. */
  static String targets() {
    return String.join(", ", TARGETS);
  }

  @Override
  public String name() {
    List<String> pairs = new ArrayList<>();
    columns.forEach((target, column) -> pairs.add(target + "=" + column));
    return String.join(",", pairs);
  }

  @Override
  public String description() {
    return "columns as given";
  }

  @Override
  public boolean fits(JsonNode row) {
    return columns.values().stream().noneMatch(column -> at(row, column).isMissingNode());
  }

  @Override
  public Reading read(Row row) throws BrokenRowException {
    ObjectNode named = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> each : columns.entrySet()) {
      JsonNode value = at(row.value(), each.getValue());
      if (value.isMissingNode()) {
        throw row.problem(missing(row.value(), each.getValue()));
      }
      named.set(each.getKey(), value);
    }
    addInput(row, named);
    addSystem(row, named);
    try {
      return made.format().read(new Row(row.place(), named));
    } catch (BrokenRowException e) {
      throw row.problem(e.problem()); // with the row as it stands in the file
    }
  }

  /** The column itself, or what lies behind dots in it; a missing node if there is none. */
  private static JsonNode at(JsonNode row, String column) {
    if (row.has(column)) {
      return row.get(column);
    }
    JsonNode value = row;
    for (String name : column.split("\\.", -1)) {
      boolean place = value.isArray() && name.matches("[0-9]{1,9}");
      value = place ? value.path(Integer.parseInt(name)) : value.path(name);
    }
    return value;
  }

  private static String missing(JsonNode row, String column) {
    List<String> names = new ArrayList<>();
    row.fieldNames().forEachRemaining(names::add);
    String meant = names.isEmpty() ? "" : "; did you mean \"" + Nearest.to(column, names) + "\"?";
    return "no column \"%s\"%s Found %s"
        .formatted(column, meant.isEmpty() ? ";" : meant, Fields.names(row));
  }

  private static void addInput(Row row, ObjectNode named) throws BrokenRowException {
    JsonNode input = named.remove("input");
    if (input != null && !input.isNull()) {
      String text = Instruction.ask(text(row, named, "prompt"), input.asText());
      named.put("prompt", text);
    }
  }

  private static void addSystem(Row row, ObjectNode named) throws BrokenRowException {
    if (named.has("messages") || !named.has("system")) {
      return; // a conversation's own format reads it
    }
    String system = named.remove("system").asText();
    if (!system.isBlank()) {
      JsonNode prompt = named.path("prompt");
      ArrayNode messages = JsonNodeFactory.instance.arrayNode();
      messages.add(message("system", system));
      if (prompt.isArray()) {
        prompt.forEach(messages::add);
      } else {
        messages.add(message("user", text(row, named, "prompt")));
      }
      named.set("prompt", messages);
    }
  }

  private static ObjectNode message(String role, String content) {
    return JsonNodeFactory.instance.objectNode().put("role", role).put("content", content);
  }

  private static String text(Row row, ObjectNode named, String field) throws BrokenRowException {
    return Fields.of(new Row(row.place(), named)).text(field);
  }
}
