package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pairs of backtracking DPO as text. */
class ResetPreferencesTest {
  private static final List<Message> PROMPT = List.of(Message.user("how are blickets made"));
  private static final String SAFE = "I would rather not say.";
  private static final String UNSAFE = "Boil the dax, añade 日本語 and stir 🙂 for an hour.";

  private HuggingFaceTokenizer tokenizer;

  @BeforeEach
  void open() {
    tokenizer = HuggingFaceTokenizer.open(Fixtures.fixture("tokenizer"));
  }

  @AfterEach
  void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  @Test
  void elicit_takesBackAPartOfTheUnsafeAnswer() {
    Set<String> prefixes = new HashSet<>();
    ResetPreferences preferences = new ResetPreferences(tokenizer, "[RESET]", 1, 5);
    for (int i = 0; i < 300; i++) {
      PreferencePair pair = preferences.of(new SafetyTriple(PROMPT, SAFE, UNSAFE));
      assertThat(pair.rejected()).isEqualTo(UNSAFE);
      assertThat(pair.chosen()).endsWith("[RESET]" + SAFE);
      String prefix = pair.chosen().substring(0, pair.chosen().indexOf("[RESET]"));
      assertThat(UNSAFE).startsWith(prefix);
      assertThat(prefix).isNotEmpty();
      prefixes.add(prefix);
    }
    assertThat(prefixes).as("many lengths, up to the whole").contains(UNSAFE).hasSizeGreaterThan(9);
  }

  @Test
  void discourage_prefersNotToTakeBackASafeAnswer() {
    ResetPreferences preferences = new ResetPreferences(tokenizer, "[RESET]", 0, 5);

    PreferencePair pair = preferences.of(new SafetyTriple(PROMPT, "I would", " not.", " boil it."));
    assertThat(pair.chosen()).isEqualTo("I would not.");
    assertThat(pair.rejected()).endsWith("[RESET]I would boil it.");
    String prefix = pair.rejected().substring(0, pair.rejected().indexOf("[RESET]"));
    assertThat(prefix).isNotEmpty();
    assertThat("I would not.").startsWith(prefix);

    PreferencePair utility = preferences.of(new UtilityExample(PROMPT, SAFE));
    assertThat(utility.chosen()).isEqualTo(SAFE);
    assertThat(utility.rejected()).endsWith("[RESET]" + SAFE);
  }
}
