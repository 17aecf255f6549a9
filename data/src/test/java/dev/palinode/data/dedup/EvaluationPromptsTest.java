package dev.palinode.data.dedup;

import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.NEAR;
import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.VERBATIM;
import static dev.palinode.data.dedup.EvaluationPrompts.Contamination.How.WHOLE_TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import dev.palinode.data.dedup.EvaluationPrompts.Contamination;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationPromptsTest {
  private static final String LONG =
      "A baker in Lund sells 12 loaves on Monday and twice as many on Tuesday, but on Wednesday the"
          + " oven breaks and there are only 5. How many loaves are sold on these three days?";

  private final EvaluationPrompts prompts =
      EvaluationPrompts.of(
          List.of(
              new BenchmarkPrompt("Invented", 0, "What is a quark?"),
              new BenchmarkPrompt("Invented", 1, "How do I peel a mango?"),
              new BenchmarkPrompt("Invented", 2, "How do I peel a mango without a knife?"),
              new BenchmarkPrompt("Sums", 7, LONG)));

  @Test
  void shortestPrompt_isFoundAloneOnly() {
    assertThat(prompts.find("what is a quark"))
        .contains(new Contamination("Invented", 0, WHOLE_TEXT, 1));
    assertThat(prompts.find("What is a quark? It is small.")).isEmpty();
  }

  @Test
  void shortPrompt_isFoundVerbatim() {
    assertThat(prompts.find("HOW DO I PEEL A MANGO"))
        .contains(new Contamination("Invented", 1, WHOLE_TEXT, 1));
    assertThat(prompts.find("User: how do I peel a mango?\n\nAssistant: With a knife."))
        .contains(new Contamination("Invented", 1, VERBATIM, 1));
    assertThat(prompts.find("How do I peel a ripe mango?")).isEmpty();
    assertThat(prompts.find("How do I peel a mangosteen?")).isEmpty();
  }

  @Test
  void ofPromptsThatBeginTogether_theLongestIsNamed() {
    assertThat(prompts.find("Please: how do I peel a mango, without a knife? Thanks!"))
        .contains(new Contamination("Invented", 2, VERBATIM, 1));
  }

  @Test
  void longPrompt_isFoundNear() {
    assertThat(prompts.find(LONG)).contains(new Contamination("Sums", 7, WHOLE_TEXT, 1));
    Contamination near = prompts.find("Sum: " + LONG.replace("oven", "stove")).orElseThrow();
    assertThat(near.how()).isEqualTo(NEAR);
    assertThat(near.number()).isEqualTo(7);
    assertThat(near.share()).isBetween(0.8, 0.9);
    assertThat(prompts.find(LONG.replace("on", "in").replace("many", "much"))).isEmpty();
  }

  @Test
  void promptBehindManyOthersWords_isFound() {
    String noise = IntStream.range(0, 5000).mapToObj(i -> "n" + i).collect(Collectors.joining(" "));
    assertThat(prompts.find(noise + " How do I peel a mango? " + noise)).isPresent();
    assertThat(prompts.find(noise)).isEmpty();
  }

  @Test
  void textWithoutWords_hasNoPrompt() {
    assertThat(prompts.find("")).isEmpty();
    assertThat(EvaluationPrompts.of(List.of()).find("some words of any text at all")).isEmpty();
  }

  @Test
  void promptsTogether_areAllFound() {
    EvaluationPrompts more =
        EvaluationPrompts.of(List.of(new BenchmarkPrompt("More", 0, "Why is the moon so round?")));
    EvaluationPrompts both = prompts.and(more);
    assertThat(both.find("why is the moon so round").map(Contamination::source)).contains("More");
    assertThat(both.find(LONG).map(Contamination::source)).contains("Sums");
    assertThat(both.sources())
        .containsExactlyInAnyOrderEntriesOf(java.util.Map.of("Invented", 3, "Sums", 1, "More", 1));
  }

  @Test
  void promptWithoutWords_isRefused() {
    assertThatThrownBy(() -> new BenchmarkPrompt("Sums", 3, "..."))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Sums, prompt 3: has no words: leave it out");
  }

  /** A hundred prompts of one form, as benchmarks have them, do not hide each other. */
  @Test
  void promptsOfOneForm_areToldApart() {
    EvaluationPrompts many =
        EvaluationPrompts.of(
            IntStream.range(0, 100)
                .mapToObj(i -> new BenchmarkPrompt("Form", i, "Write a short poem about thing" + i))
                .toList());
    for (int i = 0; i < 100; i++) {
      assertThat(
              many.find("Please write a short poem about thing" + i + ".").orElseThrow().number())
          .isEqualTo(i);
    }
    assertThat(many.find("Write a short poem about spring")).isEmpty();
  }

  @Test
  void publicBenchmarks_areShipped() {
    assertThat(EvaluationPrompts.publicBenchmarks().sources())
        .containsEntry("XSTest", 450)
        .containsEntry("GSM8K", 1319)
        .hasSize(14);
  }
}
