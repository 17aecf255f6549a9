package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.testkit.Chunks;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static List<Message> asked(String prompt) {
    return List.of(Message.user(prompt));
  }

  private final Guard guard =
      Guard.judging(new WordLexiconJudge(Set.of("hex", "poison")), asked("what is a spell ?"));

  @Test
  void aJudge_seesThePrompt_andTheAnswer() throws Exception {
    Guard echo =
        Guard.judging(
            (prompt, answer) -> Verdict.unsafe(prompt.get(0).content() + answer, 2), asked("a"));

    assertThat(echo.check("bcd", true)).isEqualTo(Verdict.unsafe("abcd", 2));
  }

  @Test
  void aJudge_seesTheWholeConversation() throws Exception {
    List<Message> conversation =
        List.of(
            Message.system("s"),
            Message.user("how is it made ?"),
            Message.assistant("what for ?"),
            Message.user("go on"));
    List<List<Message>> seen = new ArrayList<>();
    Judge listening =
        new Judge() {
          @Override
          public Verdict judge(List<Message> prompt, String answer) {
            seen.add(prompt);
            return Verdict.safe();
          }
        };
    Guard watching = Guard.judging(listening, conversation);

    watching.check("some words ", false);
    watching.check("some words", true);
    try (Guard.Session session = watching.open()) {
      session.check("some words", true);
    }

    assertThat(seen).containsExactly(conversation, conversation, conversation);
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
    Guard finds = Guard.judging((p, answer) -> new Verdict(label(answer), "", 0), asked(""));

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
    Guard unsure = Guard.judging((prompt, answer) -> Verdict.safeUpTo(1), asked(""));

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

    Chunks.assertDecisionsStand(Guard.judging(lexicon, asked("")), text);
  }

  @Test
  void doubtsAndErrorsOfTheJudge_arePassedOn() throws Exception {
    Guard doubtful = Guard.judging((prompt, answer) -> Verdict.undecided("no idea"), asked(""));
    Guard broken =
        Guard.judging(
            (prompt, answer) -> {
              throw new IllegalStateException("broken");
            },
            asked(""));

    assertThat(doubtful.check("text", true)).isEqualTo(Verdict.undecided("no idea"));
    assertThatThrownBy(() -> broken.check("text", true)).hasMessage("broken");
  }
}
