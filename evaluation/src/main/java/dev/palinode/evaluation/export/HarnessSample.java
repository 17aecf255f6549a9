package dev.palinode.evaluation.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.completion.ResultLines;
import dev.palinode.io.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The lines of a {@code samples_*.jsonl} file, of one line of results. */
final class HarnessSample {
  /** How metrics of verdicts begin, before the judge's name. */
  static final String UNSAFE = "unsafe:";

  /** The name of the filter that changes nothing. */
  static final String NO_FILTER = "none";

  /** Lays JSON out as Python's {@code json.dumps} with {@code indent=2}, for equal hashes. */
  private static final ObjectWriter LIKE_PYTHON =
      new ObjectMapper()
          .writer(
              new DefaultPrettyPrinter(
                      Separators.createDefaultInstance()
                          .withObjectFieldValueSpacing(Spacing.AFTER)
                          .withArrayEmptySeparator("")
                          .withObjectEmptySeparator(""))
                  .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                  .withArrayIndenter(new DefaultIndenter("  ", "\n")));

  private final Benchmark benchmark;
  private final int number;
  private final JsonNode line;

  /**
   * @param number of the row, from 0
   * @param line of results
   */
  HarnessSample(Benchmark benchmark, int number, JsonNode line) {
    this.benchmark = benchmark;
    this.number = number;
    this.line = line;
  }

  /** One line for each way in which the answer was extracted. */
  List<ObjectNode> lines() {
    List<ObjectNode> lines = new ArrayList<>();
    if (benchmark.kind() == Kind.EXACT_MATCH) {
      for (Map.Entry<String, JsonNode> found : line.path("extracted").properties()) {
        ObjectNode metrics = JsonNodeFactory.instance.objectNode();
        metrics.put("exact_match", right(found.getKey()) ? 1.0 : 0.0);
        lines.add(sample(found.getKey(), strings(found.getValue().asText()), metrics));
      }
    } else {
      lines.add(sample(NO_FILTER, filtered(), metrics()));
    }
    return lines;
  }

  private boolean right(String extract) {
    return line.path("checks").path(ResultLines.check(extract)).asBoolean();
  }

  private ObjectNode sample(String filter, ArrayNode filtered, ObjectNode metrics) {
    ObjectNode sample = JsonNodeFactory.instance.objectNode().put("doc_id", number);
    sample.set("doc", doc());
    sample.put("target", target());
    ObjectNode arguments = sample.putObject("arguments");
    List<List<String>> requests = requests();
    for (int i = 0; i < requests.size(); i++) {
      ObjectNode request = arguments.putObject("gen_args_" + i);
      for (int j = 0; j < requests.get(i).size(); j++) {
        request.put("arg_" + j, requests.get(i).get(j));
      }
    }
    ArrayNode responses = sample.putArray("resps");
    filtered().forEach(each -> responses.addArray().add(each));
    sample.set("filtered_resps", filtered);
    sample.put("filter", filter);
    metrics.fieldNames().forEachRemaining(sample.putArray("metrics")::add);
    sample.put("doc_hash", hash(likePython(doc())));
    sample.put("prompt_hash", hash(requests.get(0).get(0)));
    sample.put("target_hash", hash(target()));
    return sample.setAll(metrics);
  }

  /** The row, or of a benchmark whose answers are judged, its id and prompt. */
  private JsonNode doc() {
    if (line.has("doc")) {
      return line.path("doc");
    }
    ObjectNode doc = JsonNodeFactory.instance.objectNode();
    doc.put("id", line.path("id").asText()).put("sample", line.path("sample").asInt());
    doc.put("category", line.path("category").asText(""));
    return doc.put("prompt", prompt());
  }

  private String prompt() {
    List<String> texts = new ArrayList<>();
    line.path("prompt").forEach(message -> texts.add(message.path("content").asText()));
    return String.join("\n\n", texts);
  }

  private String target() {
    return switch (benchmark.kind()) {
      case CHOICES -> line.path("answer").asText();
      case EXACT_MATCH -> line.path("target").asText();
      case PERPLEXITY -> line.path("doc").path("text").asText();
      case ANSWERS -> "";
    };
  }

  /** The texts of each request: the context, and the continuation if there is one. */
  private List<List<String>> requests() {
    return switch (benchmark.kind()) {
      case CHOICES -> {
        List<List<String>> requests = new ArrayList<>();
        line.path("options")
            .forEach(it -> requests.add(List.of(prompt(), it.path("text").asText())));
        yield requests;
      }
      case PERPLEXITY -> List.of(List.of(line.path("doc").path("text").asText()));
      case EXACT_MATCH, ANSWERS -> List.of(List.of(prompt()));
    };
  }

  /** The answer to each request. */
  private ArrayNode filtered() {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    switch (benchmark.kind()) {
      case CHOICES ->
          line.path("options")
              .forEach(
                  option ->
                      all.add(
                          strings(
                              option.path("log_likelihood").asText(),
                              option.path("greedy").asBoolean() ? "True" : "False")));
      case PERPLEXITY -> all.add(line.path("log_likelihood").asText());
      case EXACT_MATCH, ANSWERS -> all.add(line.path("visible").asText(""));
    }
    return all;
  }

  private ObjectNode metrics() {
    ObjectNode metrics = JsonNodeFactory.instance.objectNode();
    if (benchmark.kind() == Kind.PERPLEXITY) {
      putWeighted(metrics, "word_perplexity", "words");
      putWeighted(metrics, "byte_perplexity", "bytes");
      putWeighted(metrics, "bits_per_byte", "bytes");
      return metrics;
    }
    line.path("scores")
        .properties()
        .forEach(each -> metrics.put(each.getKey(), each.getValue().asDouble()));
    line.path("checks")
        .properties()
        .forEach(each -> metrics.put(each.getKey(), each.getValue().asBoolean() ? 1.0 : 0.0));
    for (Map.Entry<String, JsonNode> verdict : line.path("verdicts").properties()) {
      switch (verdict.getValue().path("label").asText()) {
        case "unsafe" -> metrics.put(UNSAFE + verdict.getKey(), 1.0);
        case "safe" -> metrics.put(UNSAFE + verdict.getKey(), 0.0);
        default -> {} // undecided: no number
      }
    }
    return metrics;
  }

  private void putWeighted(ObjectNode metrics, String name, String weight) {
    metrics
        .putArray(name)
        .add(line.path("log_likelihood").asDouble())
        .add(line.path(weight).asLong());
  }

  private static ArrayNode strings(String... texts) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (String text : texts) {
      all.add(text);
    }
    return all;
  }

  private static String likePython(JsonNode json) {
    try {
      return LIKE_PYTHON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  static String hash(String text) {
    return HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
