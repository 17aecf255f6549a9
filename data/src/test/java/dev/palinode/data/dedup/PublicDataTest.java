package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import dev.palinode.data.dedup.EvaluationPrompts.Contamination;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What is known of public data sets, which are not part of the repository. */
class PublicDataTest {
  /** Holds that neither the prompts nor what makes fingerprints of them has changed. */
  @Test
  void shippedFingerprints_areThoseOfTheDataSets() throws IOException {
    EvaluationPrompts made = EvaluationPrompts.of(DataSets.publicBenchmarks());
    Path file = Path.of("target", "public-benchmarks.fingerprints");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      new ObjectMapper().writeValue(out, new PromptFingerprint.Content(2, made.fingerprints()));
    }
    assertThat(EvaluationPrompts.publicBenchmarks().fingerprints())
        .as("to ship what the data sets give now, copy %s over the resource", file)
        .isEqualTo(made.fingerprints());
  }

  @Test
  void everyShippedPrompt_isFoundInATextThatHasIt() {
    EvaluationPrompts shipped = EvaluationPrompts.publicBenchmarks();
    List<BenchmarkPrompt> missed = new ArrayList<>();
    for (BenchmarkPrompt prompt : DataSets.publicBenchmarks()) {
      boolean isAlone = Words.of(prompt.text()).count() < EvaluationPrompts.LEAST_WORDS_VERBATIM;
      String text = isAlone ? prompt.text() : "Quux: " + prompt.text() + "\n\nQuuz!";
      if (shipped.find(text).isEmpty()) {
        missed.add(prompt);
      }
    }
    assertThat(missed).isEmpty();
  }

  @Test
  void twentyFiveGoalsOfAdvBench_arePromptsOfStrongReject() {
    Set<Words> prompts = words(DataSets.strongReject());
    assertThat(words(DataSets.advBench()).stream().filter(prompts::contains)).hasSize(25);
  }

  @Test
  void repeatsWithinDataSets_areFound() {
    assertThat(repeats(DataSets.maliciousInstructions())).isEqualTo(2);
    assertThat(repeats(DataSets.harmBench())).isEqualTo(7);
    assertThat(repeats(DataSets.wholeRows("instructions/alpaca_en_demo.json")))
        .isEqualTo(999 - 985);
  }

  @Test
  void instructionsInTwoAlpacaFiles_areFound() {
    Set<Words> others = words(DataSets.field("instructions/alpaca_2000.json", "instruction"));
    assertThat(words(DataSets.field("instructions/alpaca_en_demo.json", "instruction")))
        .filteredOn(others::contains)
        .hasSize(44);
  }

  /** Two school sums in 7,473 are sums of the test split with other numbers. */
  @Test
  void trainingData_isNearlyClean() {
    assertThat(finds(DataSets.field("instructions/gsm8k_train.jsonl", "question")))
        .extracting(Contamination::source, Contamination::how)
        .containsOnly(org.assertj.core.groups.Tuple.tuple("GSM8K", Contamination.How.NEAR))
        .hasSize(2);
    assertThat(finds(DataSets.wholeRows("instructions/rasbt_instruction_data.json"))).isEmpty();
    assertThat(finds(DataSets.wholeRows("instructions/alpaca_2000.json"))).isEmpty();
  }

  /** Q-Harm's questions are of HH-RLHF: that is contamination, and is to be found. */
  @Test
  void questionsThatQHarmTookFromHhRlhf_areFound() {
    assertThat(finds(DataSets.field("hh-rlhf/harmless-base-test.jsonl.gz", "chosen")))
        .filteredOn(each -> each.source().equals("Q-Harm"))
        .hasSizeGreaterThanOrEqualTo(16)
        .extracting(Contamination::how)
        .containsOnly(Contamination.How.VERBATIM);
  }

  private static List<Contamination> finds(List<String> texts) {
    EvaluationPrompts shipped = EvaluationPrompts.publicBenchmarks();
    return texts.stream().flatMap(text -> shipped.find(text).stream()).toList();
  }

  private static int repeats(List<String> texts) {
    return texts.size() - words(texts).size();
  }

  private static Set<Words> words(List<String> texts) {
    return new HashSet<>(texts.stream().map(Words::of).toList());
  }
}
