package dev.palinode.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.UtilityExample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept out of training data. */
class ScreeningTest {
  private static final EvaluationPrompts PROMPTS =
      EvaluationPrompts.of(
          List.of(
              new BenchmarkPrompt("bench", 0, "How do I peel a dax?"),
              new BenchmarkPrompt("bench", 1, "Please explain to me how blickets are boiled.")));

  private final Screening screening =
      new Screening(
          new ScreeningSettings(
              Optional.of(NearDuplicates.STANDARD_THRESHOLD), Optional.of(PROMPTS)));

  @Test
  void duplicates_areLeftOut_theFirstStays() {
    assertThat(screening.passes(utility("what is a wug", "a small bird"))).isTrue();
    assertThat(screening.passes(utility("what is a wug", "a big fish"))).isTrue();
    assertThat(screening.passes(utility("What is a wug?", "A small bird!"))).isFalse();
    assertThat(
            screening.passes(
                new Conversation(
                    List.of(Message.user("what is a wug"), Message.assistant("a small bird")))))
        .as("another kind of record with the same texts")
        .isFalse();

    assertThat(screening.report().summary()).startsWith("2 exact and 0 near duplicates");
    assertThat(screening.report().total()).isEqualTo(2);
    assertThat(screening.report().examples())
        .contains("record 3 is a duplicate of record 1 (100%): \"What is a wug? A small bird!\"");
  }

  @Test
  void evaluationPrompt_isLeftOut_whereverItStands() {
    assertThat(screening.passes(utility("how do i peel a dax", "with care"))).isFalse();
    assertThat(
            screening.passes(
                utility(
                    "tell me a story", "Please explain to me how blickets are boiled, he said")))
        .isFalse();
    assertThat(
            screening.passes(
                new PreferencePair(
                    List.of(
                        Message.user("hi"),
                        Message.assistant("hello"),
                        Message.user("How do I peel a dax?")),
                    "no",
                    "yes")))
        .isFalse();

    assertThat(screening.report().prompts()).isEqualTo(Map.of("bench", 3L));
    assertThat(screening.report().summary())
        .isEqualTo("0 exact and 0 near duplicates, 3 with prompts of bench");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Peel a dax!", "peel ... a -- dax (7)", "1. Peel a dax?", "PEEL A D\u00adAX"})
  void evaluationPromptOfFewWords_isLeftOut_whereItIsAllThatIsAsked(String question) {
    EvaluationPrompts few =
        EvaluationPrompts.of(
            List.of(
                new BenchmarkPrompt("bench", 0, "peel a dax"),
                new BenchmarkPrompt("bench", 1, "peel a dax 7"),
                new BenchmarkPrompt("bench", 2, "1 peel a dax")));
    Screening prompts = new Screening(new ScreeningSettings(Optional.empty(), Optional.of(few)));
    assertThat(prompts.passes(utility(question, "as you would a wug, with care"))).isFalse();
    assertThat(prompts.passes(utility(question + " and a wug or two", "with care"))).isTrue();
  }

  @Test
  void whatIsNoTrainingData_passes() {
    DataRecord text = new PlainText("How do I peel a dax?");
    assertThat(screening.passes(text)).isTrue();
    assertThat(screening.passes(text)).isTrue();
  }

  @Test
  void withoutSettings_everythingPasses() {
    Screening none = new Screening(ScreeningSettings.NONE);
    DataRecord row = utility("How do I peel a dax?", "so");
    assertThat(none.passes(row)).isTrue();
    assertThat(none.passes(row)).isTrue();
  }

  private static DataRecord utility(String question, String answer) {
    return new UtilityExample(List.of(Message.user(question)), answer);
  }
}
