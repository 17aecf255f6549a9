package dev.palinode.data.dedup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import dev.palinode.testkit.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/** The texts of public data sets, read plainly; tests are skipped where a file is missing. */
final class DataSets {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Questions with fewer words come with their choices: alone they say next to nothing. */
  private static final int LEAST_WORDS_OF_QUESTION = 10;

  private DataSets() {}

  /** The prompts of which fingerprints are shipped, numbered by their rows from 0. */
  static List<BenchmarkPrompt> publicBenchmarks() {
    List<BenchmarkPrompt> prompts = new ArrayList<>();
    add(prompts, "AdvBench", column("advbench/harmful_behaviors.csv", "goal"));
    add(prompts, "StrongREJECT", strongReject());
    add(
        prompts,
        "SimpleSafetyTests",
        column("simple-safety-tests/simple_safety_tests.csv", "prompts_final"));
    add(prompts, "MaliciousInstructions", maliciousInstructions());
    add(prompts, "I-Controversial", safetyTuned("I-Controversial"));
    add(prompts, "I-CoNa", safetyTuned("I-CoNa"));
    add(prompts, "Q-Harm", safetyTuned("Q-Harm"));
    add(prompts, "XSTest", column("xstest/xstest_prompts.csv", "prompt"));
    add(prompts, "HarmBench", harmBench());
    add(prompts, "MT-Bench, first turn", mtBench(0));
    add(prompts, "MT-Bench, second turn", mtBench(1));
    add(prompts, "MMLU", mmlu());
    add(prompts, "MMLU-Pro", mmluPro());
    add(prompts, "GSM8K", field("instructions/gsm8k_test.jsonl", "question"));
    return prompts;
  }

  static List<String> advBench() {
    return column("advbench/harmful_behaviors.csv", "goal");
  }

  static List<String> strongReject() {
    return column("strongreject/strongreject_dataset.csv", "forbidden_prompt");
  }

  static List<String> maliciousInstructions() {
    return safetyTuned("I-MaliciousInstructions");
  }

  static List<String> harmBench() {
    return column("harmbench/harmbench_behaviors_text_all.csv", "Behavior");
  }

  static List<String> mtBench(int turn) {
    return lines("mt-bench/question.jsonl").map(row -> row.at("/turns/" + turn).asText()).toList();
  }

  /** Of a JSON array of objects or of JSON Lines. */
  static List<String> field(String file, String name) {
    return rows(file).map(row -> row.path(name).asText()).toList();
  }

  /** Instruction, input and answer as one text. */
  static List<String> wholeRows(String file) {
    return rows(file)
        .map(
            row ->
                row.path("instruction").asText()
                    + "\n"
                    + row.path("input").asText()
                    + "\n"
                    + row.path("output").asText())
        .toList();
  }

  private static Stream<JsonNode> rows(String file) {
    return file.contains(".jsonl") ? lines(file) : elements(Fixtures.json(Fixtures.data(file)));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static List<String> safetyTuned(String name) {
    JsonNode file = Fixtures.json(Fixtures.data("safety-tuned-llamas/" + name + ".json"));
    return elements(file.path("instructions")).map(JsonNode::asText).toList();
  }

  private static List<String> mmlu() {
    return records("mmlu/mmlu_test_sample.csv").stream()
        .map(
            row -> {
              StringJoiner choices = new StringJoiner("\n");
              for (int i = 0; i < 4; i++) {
                choices.add(row.getField("choice" + i));
              }
              return question(row.getField("question"), choices.toString());
            })
        .toList();
  }

  private static List<String> mmluPro() {
    return lines("mmlu/mmlu_pro_sample.jsonl")
        .map(
            row -> {
              StringJoiner choices = new StringJoiner("\n");
              row.path("options").forEach(option -> choices.add(option.asText()));
              return question(row.path("question").asText(), choices.toString());
            })
        .toList();
  }

  private static String question(String question, String choices) {
    boolean isEnough = Words.of(question).count() >= LEAST_WORDS_OF_QUESTION;
    return isEnough ? question : question + "\n" + choices;
  }

  private static void add(List<BenchmarkPrompt> prompts, String source, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      prompts.add(new BenchmarkPrompt(source, i, texts.get(i)));
    }
  }

  private static List<String> column(String file, String name) {
    return records(file).stream().map(row -> row.getField(name)).toList();
  }

  private static List<NamedCsvRecord> records(String file) {
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(Fixtures.data(file))) {
      return csv.stream().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> lines(String name) {
    Path file = Fixtures.data(name);
    try (InputStream bytes = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<JsonNode> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.add(JSON.readTree(line));
      }
      return rows.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
