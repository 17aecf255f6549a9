package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GuardTest {
  private final Guard guard =
      Guard.judging(new WordLexiconJudge(Set.of("hex", "poison")), "what is a spell ?");

  @Test
  void aJudge_seesThePrompt_andTheAnswer() throws Exception {
    Guard echo = Guard.judging((prompt, answer) -> Verdict.unsafe(prompt + answer, 2), "a");

    assertThat(echo.check("bcd", true)).isEqualTo(Verdict.unsafe("abcd", 2));
  }

  @Test
  void anUnfinishedWord_isNotJudged() throws Exception {
    assertThat(guard.check("a hex", false)).isEqualTo(Verdict.safeUpTo(2));
    assertThat(guard.check("a hexagon ", false)).isEqualTo(Verdict.safeUpTo(10));
    assertThat(guard.check("a hex ", false)).isEqualTo(Verdict.unsafe("hex"));
    assertThat(guard.check("a hex", true)).isEqualTo(Verdict.unsafe("hex"));
  }

  @Test
  void scriptsWithoutSpaces_areJudgedBeforeTheirFirstSpace() throws Exception {
    Guard finds = Guard.judging((p, answer) -> new Verdict(label(answer), "", 0), "");

    assertThat(finds.check("好".repeat(50) + "毒", false).isUnsafe()).isTrue();
  }

  private static Verdict.Label label(String answer) {
    return answer.contains("毒") ? Verdict.Label.UNSAFE : Verdict.Label.SAFE;
  }

  @Test
  void blankText_showsNothing() throws Exception {
    assertThat(guard.check("", true)).isEqualTo(Verdict.safe());
    assertThat(guard.check("word", false)).isEqualTo(Verdict.safeUpTo(0));
    assertThat(guard.check(" word", false)).isEqualTo(Verdict.safeUpTo(1));
  }

  @Test
  void aLongLastWord_isDecided_asFarAsTheJudgeSays() throws Exception {
    String text = "a " + "b".repeat(JudgingGuard.LONGEST_WORD + 1);
    Guard unsure = Guard.judging((prompt, answer) -> Verdict.safeUpTo(1), "");

    assertThat(guard.check(text, false)).isEqualTo(Verdict.safeUpTo(text.length()));
    assertThat(unsure.check(text, false)).isEqualTo(Verdict.safeUpTo(1));
  }

  @Provide
  Arbitrary<String> texts() {
    return Chunks.textsOf("hex", "h", "ex", "a", " ", "\n", ".", "\u00A0", "b".repeat(39));
  }

  @Property
  void whatAJudgeDecidedStands_ifItSaysWhereTheUnsafePartBegins(@ForAll("texts") String text)
      throws Exception {
    Pattern hex = Pattern.compile("(?<!\\S)hex(?!\\S)");
    Judge lexicon =
        (prompt, answer) ->
            hex.matcher(answer)
                .results()
                .findFirst()
                .map(match -> Verdict.unsafe("hex", match.start()))
                .orElseGet(Verdict::safe);

    Chunks.assertDecisionsStand(Guard.judging(lexicon, ""), text);
  }

  @Test
  void doubtsAndErrorsOfTheJudge_arePassedOn() throws Exception {
    Guard doubtful = Guard.judging((prompt, answer) -> Verdict.undecided("no idea"), "");
    Guard broken =
        Guard.judging(
            (prompt, answer) -> {
              throw new IllegalStateException("broken");
            },
            "");

    assertThat(doubtful.check("text", true)).isEqualTo(Verdict.undecided("no idea"));
    assertThatThrownBy(() -> broken.check("text", true)).hasMessage("broken");
  }
}
