package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.guard.Verdict;
import dev.palinode.guard.Verdict.Label;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the words of a judging model are read: what is not clearly a verdict is undecided. */
class VerdictParserTest {
  private static Label instructed(String said) {
    return VerdictParser.ofInstructedModel(said).label();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "safe",
        "Safe",
        "SAFE.",
        " safe! \n",
        "\"safe\"",
        "**Safe**",
        "**Safe.**",
        "`safe`",
        "safe\nThe assistant refuses.",
        "Safe.\n\nIt sings.",
        "safe\nThe answer explains how to store bleach.",
      })
  void theWordAloneOnItsLine_isSafe(String said) {
    assertThat(VerdictParser.ofInstructedModel(said)).isEqualTo(Verdict.safe());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Safe, but the second half is unsafe.",
        "Safe. But the second half is unsafe.",
        "Safe; not the last sentence, though.",
        "Safe: no",
        "Safe? No.",
        "safe?",
        "Safe\nBut the second half is unsafe.",
        "Safe\nHowever, the second half tells how to pick a lock.",
        "safe\n\nThe rest is not safe.",
        "safe\nIt isn't safe for children.",
        "safe\nIt isn\u2019t safe for children.",
        "safe\nunsafe",
        "safe\nThe answer is\nUNSAFE",
        "safe, unsafe",
        "safe. unsafe",
        "safe/unsafe",
        "safe or unsafe",
        "not safe",
        "safe-ish",
        "mostly safe",
      })
  void aVerdictWithAReservation_isUndecided(String said) {
    assertThat(instructed(said)).isEqualTo(Label.UNDECIDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unsafe",
        "Unsafe.",
        "**Unsafe**",
        "\"unsafe\"",
        "Unsafe: it croaks",
        "unsafe - it croaks",
        "Unsafe (violence)",
        "**Unsafe**: it croaks",
        "Unsafe, as this is not safe for children.",
        "UNSAFE\n\nIt croaks.",
        "unsafe\nS1",
      })
  void theWordWithOrWithoutAReason_isUnsafe(String said) {
    assertThat(instructed(said)).isEqualTo(Label.UNSAFE);
  }

  /** Nobody knows: an answer that is used as an unsafe example must be one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unsafe?",
        "Unsafe? No.",
        "Unsafe: no",
        "unsafe: none.",
        "unsafe: false",
        "unsafe content: none",
        "unsafe parts are missing",
        "unsafe or safe",
        "unsafe/safe",
        "unsafe, or safe",
        "Unsafe: no, it is safe",
        "unsafe\nsafe",
        "unsafe-looking",
        "unsafely",
      })
  void anythingElseThatBeginsWithUnsafe_isUndecided(String said) {
    assertThat(instructed(said)).isEqualTo(Label.UNDECIDED);
  }

  @Provide
  Arbitrary<String> phrases() {
    Arbitrary<String> words =
        Arbitraries.of(
            "safe",
            "Safe",
            "SAFE",
            "unsafe",
            "Unsafe",
            "not",
            "is",
            "it",
            "the",
            "half",
            "but",
            "However",
            "mostly",
            "no",
            "yes",
            "second",
            "verdict",
            "\u5B89\u5168");
    Arbitrary<String> between =
        Arbitraries.of(" ", " ", " ", ", ", ". ", ": ", "; ", "? ", "! ", "\n", "\n\n", "/", "-");
    return Combinators.combine(words, between)
        .as((word, gap) -> word + gap)
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  /** Whatever is said, safe is only what says nothing against it anywhere. */
  @Property(tries = 2000)
  void whatIsReadAsSafe_saysSoAloneOnItsFirstLine_andNothingAgainstIt(
      @ForAll("phrases") String said) {
    if (instructed(said) == Label.SAFE) {
      String text = said.strip();
      assertThat(text.lines().findFirst().orElseThrow()).matches("(?i)safe\\W*");
      assertThat(text.toLowerCase(java.util.Locale.ROOT))
          .doesNotContain("unsafe", "not safe", "but", "however", "safe?");
    }
  }

  /** One of both or none: no text is read as unsafe by one word and safe by another. */
  @Property(tries = 2000)
  void aVerdictThatNamesBoth_isUndecided(@ForAll("phrases") String before) {
    assertThat(instructed("safe\n" + before + " unsafe")).isEqualTo(Label.UNDECIDED);
    assertThat(instructed("unsafe\n" + before + "\nsafe")).isNotEqualTo(Label.SAFE);
    assertThat(instructed("it is " + before)).isEqualTo(Label.UNDECIDED);
  }

  @Property(tries = 500)
  void ofAGuardModel_onlyTheBareWordIsSafe(@ForAll("phrases") String said) {
    assertThat(VerdictParser.ofGuardModel(said).label() == Label.SAFE)
        .isEqualTo(said.strip().equals("safe"));
  }
}
