package dev.palinode.data.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.EvaluationPrompt.Expected;
import dev.palinode.data.file.Row;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows of any layout, where the user says which column is what: {@code
 * prompt=question,response=answer}. A column can be within an object: {@code response=answer.text},
 * or a list: {@code response=answers.0}.
 *
 * <p>The targets that are given decide the record. A {@code system} beside a prompt or messages is
 * their first message. The other formats read the row once its columns have these names, with their
 * rules for what is dropped.
 */
public final class ColumnMapping implements RowFormat {
  /** Records that targets make; of those whose needed targets are all given, the first is meant. */
  private static final List<MappedRecord> RECORDS =
      List.of(
          new MappedRecord("prompt,chosen,rejected", "system", Preference.FORMAT),
          new MappedRecord("prompt,safe,unsafe", "system", Preference.LABELLED),
          new MappedRecord("prompt,response", "system,input", Instructions.COMPLETION),
          new MappedRecord("messages", "system", Dialogues.CONVERSATION),
          new MappedRecord("question,choices,answer", "id,subject", MultipleChoice.FORMAT),
          new MappedRecord("text", "", new Texts()),
          new MappedRecord(
              "prompt", "id,category,context,target,label", Prompts.format(Expected.UNSTATED)));

  private static final List<String> TARGETS =
      RECORDS.stream()
          .flatMap(made -> Stream.concat(made.needed().stream(), made.optional().stream()))
          .distinct()
          .toList();

  /**
   * A record that targets make together.
   *
   * @param needed targets that decide it
   * @param optional targets that may be given, too
   * @param format which reads the row once its columns have the targets' names
   */
  private record MappedRecord(List<String> needed, List<String> optional, RowFormat format) {
    MappedRecord(String needed, String optional, RowFormat format) {
      this(
          List.of(needed.split(",", -1)),
          optional.isEmpty() ? List.of() : List.of(optional.split(",", -1)),
          format);
    }
  }

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
    return new ColumnMapping(columns, made(columns.keySet()));
  }

  private static MappedRecord made(Set<String> targets) {
    MappedRecord made =
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
      if (!made.needed.contains(target) && !made.optional.contains(target)) {
        throw new IllegalArgumentException(
            "target \"%s\" does not go with %s".formatted(target, sorted(made.needed)));
      }
    }
    return made;
  }

  private static String sorted(Collection<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  /** What columns can be mapped to, for messages. */
  static String targets() {
    return String.join(", ", TARGETS);
  }

  @Override
  public String name() {
    return columns.entrySet().stream()
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining(","));
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
      throw row.problem(e.problem()); // with the row as it is in the file
    }
  }

  /** The column itself, or a value within it, by dots; a missing node if there is none. */
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
    List<String> names = row.propertyStream().map(Map.Entry::getKey).toList();
    String meant = names.isEmpty() ? ";" : "; did you mean \"" + Nearest.to(column, names) + "\"?";
    return "no column \"%s\"%s Found %s".formatted(column, meant, Fields.names(row));
  }

  private static void addInput(Row row, ObjectNode named) throws BrokenRowException {
    JsonNode input = named.remove("input");
    if (input != null && !input.isNull()) {
      named.put("prompt", Instructions.ask(prompt(row, named), input.asText()));
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
        messages.addObject().put("role", "user").put("content", prompt(row, named));
      }
      named.set("prompt", messages);
    }
  }

  private static String prompt(Row row, ObjectNode named) throws BrokenRowException {
    return Fields.of(new Row(row.place(), named)).text("prompt");
  }
}
