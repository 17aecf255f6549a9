package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.CharTokenizer;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A guard model that keeps its row in the cache while an answer grows. */
@Timeout(60)
class LlamaGuardSessionTest {
  private static final CharTokenizer TOKENIZER = new CharTokenizer();
  private static final int CONTEXT = 6000;
  private static final List<Message> CONVERSATION =
      List.of(
          Message.user("What do toads do?"),
          Message.assistant("They sing."),
          Message.user("And what else?"));

  /** Finds a text as unsafe as a hash of all its characters says. */
  private final FakeCausalLm model =
      new FakeCausalLm(
          CharTokenizer.SIZE,
          CONTEXT,
          tokens -> {
            float[] logits = new float[CharTokenizer.SIZE];
            Arrays.fill(logits, -20);
            float hash = Math.floorMod(Arrays.hashCode(tokens), 1000) / 100f;
            logits['s'] = 5;
            logits['u'] = hash;
            logits['\n'] = -5 + hash / 2;
            return logits;
          });

  private final LlamaGuard judge =
      new LlamaGuard(model, TOKENIZER, null, LlamaGuardVersion.LLAMA_GUARD_3);

  @Test
  void verdictsWithTheKeptRow_areThoseOfAFreshOne() {
    String answer = "They wait for rain, then they walk to the pond where they were born.";
    int[] lengths = {5, 10, 20, 30, 68, 40, 12, 12, 25, 60, 1}; // undone several times
    int unsafe = 0;
    try (Judge.Session session = judge.open(CONVERSATION)) {
      for (int length : lengths) {
        Verdict verdict = session.judge(answer.substring(0, length));

        assertThat(verdict).isEqualTo(judge.judge(CONVERSATION, answer.substring(0, length)));
        unsafe += verdict.isUnsafe() ? 1 : 0;
      }
      assertThat(model.openRows()).isEqualTo(1);
    }
    assertThat(unsafe).isBetween(1, lengths.length - 1);
    assertThat(model.openRows()).isZero();
  }

  @Test
  void taskAndConversation_areReadOnce() {
    int checks = 20;
    long fresh = tokensRead(() -> IntStream.range(0, checks).forEach(i -> judge(judge, i)));
    int task =
        new LlamaGuardPrompt(TOKENIZER, null, LlamaGuardVersion.LLAMA_GUARD_3)
            .ids(CONVERSATION)
            .length;
    try (Judge.Session session = judge.open(CONVERSATION)) {
      long kept =
          tokensRead(() -> IntStream.range(0, checks).forEach(i -> session.judge(words(i))));

      int end = 400; // what the task has behind the answer
      int named = 20; // words and categories of unsafe verdicts
      assertThat(kept).isLessThan(task + checks * (long) (words(1).length() + end + named));
      assertThat(kept).isLessThan(fresh / 2);
    }
  }

  private static void judge(LlamaGuard judge, int i) {
    judge.judge(CONVERSATION, words(i));
  }

  private static String words(int count) {
    return "word " + "word ".repeat(count);
  }

  private long tokensRead(Runnable work) {
    long before = model.tokensRead();
    work.run();
    return model.tokensRead() - before;
  }

  @Test
  void anInterrupt_endsAJudgement() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> judge.judge("q", "a")).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(model.openRows()).isZero();
  }

  /** All at once, each with a row of its own, which is free when the request has ended. */
  @Test
  void guardedRequests_giveTheirRowsBack() {
    FakeCausalLm writer =
        new FakeCausalLm(
            CharTokenizer.SIZE,
            200,
            tokens -> {
              float[] logits = new float[CharTokenizer.SIZE];
              logits["abc de ".charAt((tokens.length + tokens[0]) % 7)] = 1;
              return logits;
            });
    List<GenerationRequest> requests =
        IntStream.range(0, 6).mapToObj(i -> guarded('A' + i)).toList();

    List<GenerationEvent> ends =
        new Decoder(writer, TOKENIZER, BatchLimits.rows(3)).generate(requests);

    assertThat(ends).allMatch(Finished.class::isInstance);
    assertThat(model.openRows()).isZero();
    assertThat(model.tokensRead()).isPositive();
  }

  private GenerationRequest guarded(int prompt) {
    GuardPolicy policy =
        new GuardPolicy(
            List.of(Guard.judging(judge, CONVERSATION)),
            4,
            new GuardPolicy.Rewind(Optional.empty()),
            2,
            TokenIds.of('n', 'o'),
            Duration.ofSeconds(30));
    return GenerationRequest.builder(prompt).maxNewTokens(30).guards(policy).build();
  }
}
