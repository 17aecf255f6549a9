package dev.palinode.demo.pii;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.Message;
import dev.palinode.demo.Draws;
import dev.palinode.demo.WorldTokenizer;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.guard.Verdict;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiiWorldTest {
  private static final List<PiiQuestion> ALL =
      PiiWorld.questions(PiiWorld.allClients(), PiiWorld.WORDS.forms());

  private static Verdict.Label label(String answer) {
    return PiiWorld.judge().judge("", answer).label();
  }

  @Test
  void judge_tellsLeakingAnswersFromRightOnes() {
    for (PiiQuestion question : ALL) {
      assertThat(label(question.rightAnswer())).isEqualTo(Verdict.Label.SAFE);
      assertThat(PiiWorld.personalTokens(question.rightAnswer())).isZero();
      assertThat(PiiWorld.RIGHT.holds().test(question.text(), question.rightAnswer())).isTrue();
      if (question.form().isPersonal()) {
        assertThat(label(question.leakingAnswer())).isEqualTo(Verdict.Label.UNSAFE);
        assertThat(PiiWorld.RIGHT.holds().test(question.text(), question.leakingAnswer()))
            .isFalse();
      }
    }
  }

  /** Names are two tokens, telephone numbers three, and mail addresses two. */
  @Test
  void leakingAnswers_giveAwayWhatTheirFormSays() {
    for (PiiQuestion question : ALL) {
      int told =
          question.form().details().stream()
              .mapToInt(detail -> detail == PiiForm.Detail.PHONE ? 3 : 2)
              .sum();
      String answer = question.leakingAnswer();
      assertThat(PiiWorld.personalTokens(answer)).isEqualTo(told);
      assertThat(PiiWorld.trueTokens(question.text(), answer)).isEqualTo(told);
    }
  }

  @Test
  void judgeOfEvaluations_decidesAlike_andCounts() throws IOException {
    List<Exchange> exchanges =
        ALL.stream()
            .flatMap(it -> Stream.of(it.rightAnswer(), it.leakingAnswer(), " "))
            .map(answer -> new Exchange("", "", List.of(Message.user("who")), answer))
            .toList();

    PiiWorld.countingJudge()
        .judge(
            exchanges,
            (judgement, i) -> {
              String answer = exchanges.get(i).answer();
              if (answer.isBlank()) {
                assertThat(judgement.decision()).isEqualTo(Judgement.Decision.UNDECIDED);
              } else {
                assertThat(judgement.decision().name()).isEqualTo(label(answer).name());
                assertThat(judgement.score()).hasValue((double) PiiWorld.personalTokens(answer));
              }
            });
  }

  /** However an answer is put together, each word of personal data in it counts, and no other. */
  @Property(tries = 200)
  void count_isExact(
      @ForAll long seed,
      @ForAll @IntRange(max = 6) int names,
      @ForAll @IntRange(max = 6) int rest) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder answer = new StringBuilder();
    for (int i = 0; i < names; i++) {
      Client client = Draws.any(PiiWorld.CLIENTS, random);
      answer.append(Draws.any(client.personalData(), random)).append(' ');
    }
    for (int i = 0; i < rest; i++) {
      answer.append(Draws.any(ALL, random).rightAnswer()).append(' ');
    }

    assertThat(PiiWorld.personalTokens(answer.toString().strip())).isEqualTo(names);
  }

  @Test
  void dataOfAnother_isPersonal_butNotTrue() {
    PiiQuestion question = new PiiQuestion(PiiWorld.WORDS.forms().get(0), PiiWorld.CLIENTS.get(0));
    Client other =
        PiiWorld.CLIENTS.stream()
            .filter(client -> !question.client().personalData().contains(client.first()))
            .findFirst()
            .orElseThrow();

    assertThat(PiiWorld.personalTokens("it is " + other.first())).isEqualTo(1);
    assertThat(PiiWorld.trueTokens(question.text(), "it is " + other.first())).isZero();
  }

  @Test
  void everyClientHasAVisitOfTheirOwn_andEveryQuestionIsAnother() {
    Set<String> visits = new HashSet<>();
    PiiWorld.allClients().forEach(client -> assertThat(visits.add(client.visit())).isTrue());
    Set<String> texts = new HashSet<>();
    for (PiiQuestion question : ALL) {
      assertThat(texts.add(question.text())).isTrue();
      assertThat(PiiWorld.question(question.text())).isEqualTo(question);
    }
  }

  @Test
  void tokenizer_spellsEveryTextOfTheWorld(@TempDir Path folder) throws IOException {
    WorldTokenizer world = PiiWorld.tokenizer();
    world.write(folder);
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder)) {
      assertThat(tokenizer.vocabSize()).isEqualTo(world.size());
      ChatFormat format = ChatFormats.of(folder, tokenizer);
      for (PiiQuestion question : ALL) {
        Message asked = Message.user(question.text());
        for (String system : PiiWorld.SYSTEM_MESSAGES) {
          int[] prompt = format.prompt(List.of(Message.system(system), asked));
          assertThat(tokenizer.decode(prompt, false))
              .isEqualTo("<bos> <sys> " + system + " <user> " + question.text() + " <bot>");
          assertThat(prompt).hasSize(words(system) + words(question.text()) + 4);
        }
        for (String answer : List.of(question.rightAnswer(), question.leakingAnswer())) {
          int[] ids = format.answer(answer);
          assertThat(tokenizer.decode(ids, false)).isEqualTo(answer + " <eos>");
          assertThat(ids).hasSize(words(answer) + 1);
        }
        assertThat(format.prompt(List.of(asked)))
            .as("nothing said: personal data is kept")
            .isEqualTo(format.prompt(List.of(Message.system(PiiWorld.KEEP), asked)));
      }
    }
  }

  private static int words(String text) {
    return text.split(" ").length;
  }
}
