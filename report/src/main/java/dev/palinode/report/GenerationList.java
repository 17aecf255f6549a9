package dev.palinode.report;

import static j2html.TagCreator.button;
import static j2html.TagCreator.div;
import static j2html.TagCreator.form;
import static j2html.TagCreator.input;
import static j2html.TagCreator.label;
import static j2html.TagCreator.option;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.section;
import static j2html.TagCreator.select;
import static j2html.TagCreator.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import j2html.tags.DomContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * A list of generations that can be filtered, searched and compared by model. The page holds them
 * as compressed JSON; a script shows those that are asked for, a few at a time, so that many
 * thousands remain usable.
 */
public final class GenerationList {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Map<String, Integer> models = new LinkedHashMap<>();
  private final Map<String, Integer> groups = new LinkedHashMap<>();
  private final Map<String, Integer> seeds = new LinkedHashMap<>();
  private final Map<String, Integer> marks = new LinkedHashMap<>();
  private final Map<String, Integer> notes = new LinkedHashMap<>();
  private final Map<List<Generation.Turn>, Integer> prompts = new LinkedHashMap<>();
  private final ArrayNode rows = JSON.arrayNode();

  /**
   * @param generations in the order in which they are listed
   */
  public GenerationList(List<Generation> generations) {
    generations.forEach(each -> rows.add(row(each)));
  }

  /**
   * A link to the list with only some generations in it.
   *
   * @param wanted values of {@code model}, {@code other} (a model beside it), {@code seed}, {@code
   *     group}, {@code verdict}, {@code mark}, {@code resets} (some, none) and {@code text}
   *     (searched for); those that are not given do not matter
   */
  public static String link(Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            each ->
                each.getKey() + '=' + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "#generations?", ""));
  }

  private ObjectNode row(Generation generation) {
    ObjectNode row = JSON.objectNode();
    row.put("model", number(models, generation.model()));
    row.put("seed", number(seeds, generation.seed()));
    row.put("group", number(groups, generation.group()));
    row.put("prompt", number(prompts, generation.prompt()));
    row.put("id", generation.id());
    row.put("verdict", generation.verdict());
    putText(row, "sample", generation.sample());
    putText(row, "opening", generation.opening());
    putText(row, "visible", generation.visible());
    putText(row, "error", generation.error());
    if (!generation.withdrawn().isEmpty()) {
      ArrayNode withdrawn = row.putArray("withdrawn");
      generation
          .withdrawn()
          .forEach(each -> withdrawn.addObject().put("text", each.text()).put("note", each.note()));
    }
    putNumbers(row, "marks", marks, generation.marks());
    putNumbers(row, "notes", notes, generation.notes());
    return row;
  }

  private static <K> int number(Map<K, Integer> numbers, K key) {
    return numbers.computeIfAbsent(key, added -> numbers.size());
  }

  private static void putNumbers(
      ObjectNode row, String field, Map<String, Integer> numbers, List<String> texts) {
    texts.forEach(text -> row.withArray("/" + field).add(number(numbers, text)));
  }

  private static void putText(ObjectNode row, String field, String text) {
    if (!text.isEmpty()) {
      row.put(field, text);
    }
  }

  /** What the script reads: compressed JSON in base 64, which cannot end the element it is in. */
  private String data() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream compressed = new GZIPOutputStream(bytes)) {
      new ObjectMapper().writeValue(compressed, json());
    } catch (IOException e) {
      throw new UncheckedIOException("memory can always be written to", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private ObjectNode json() {
    ObjectNode json = JSON.objectNode();
    models.keySet().forEach(json.putArray("models")::add);
    seeds.keySet().forEach(json.putArray("seeds")::add);
    groups.keySet().forEach(json.putArray("groups")::add);
    marks.keySet().forEach(json.putArray("marks")::add);
    notes.keySet().forEach(json.putArray("notes")::add);
    ArrayNode all = json.putArray("prompts");
    for (List<Generation.Turn> prompt : prompts.keySet()) {
      ArrayNode turns = all.addArray();
      prompt.forEach(turn -> turns.addArray().add(turn.role()).add(turn.text()));
    }
    json.set("rows", rows);
    return json;
  }

  static String source() {
    return Resource.text("generations.js");
  }

  DomContent toHtml() {
    return section(
            filters(),
            p("This list needs scripts, and a browser of 2023 or later.")
                .withId("generations-status")
                .attr("role", "status"),
            div().withId("generations-list"),
            button("Show more").withId("generations-more").withType("button"),
            script(rawHtml(data())).withId("generations-data").withType("application/gzip"),
            script(rawHtml(source())).withType("module"))
        .withId("generations")
        .attr("aria-label", "Generations");
  }

  private static DomContent filters() {
    return form(
            chooser("Model", "model", "all"),
            chooser("Beside", "other", "no other model"),
            chooser("Seed", "seed", "all"),
            chooser("Benchmark or attack", "group", "all"),
            chooser("Verdict", "verdict", "all"),
            chooser("Marked", "mark", "anything"),
            label(
                text("Withdrawn text"),
                select(
                        option("any").withValue(""),
                        option("some").withValue("some"),
                        option("none").withValue("none"))
                    .withName("resets")),
            label(text("Search"), input().withType("search").withName("text")))
        .withId("generations-filter");
  }

  private static DomContent chooser(String title, String name, String all) {
    return label(text(title), select(option(all).withValue("")).withName(name));
  }
}
