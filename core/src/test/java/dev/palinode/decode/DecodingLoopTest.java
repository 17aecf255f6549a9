package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random schedules of tokens, resets, partial undos, guidance, guard verdicts and cancellations,
 * several requests at a time, against {@link ReferenceDecoder}.
 */
class DecodingLoopTest {
  private static final int VOCAB = ToyTokenizer.SIZE;
  private static final int CONTEXT = 60;
  private static final ToyTokenizer TOKENIZER = new ToyTokenizer();

  /** Unsafe from "bad" on; fails or hesitates on a few texts, and leaves some open. */
  private static final Guard GUARD =
      (text, complete) -> {
        int kind = Math.floorMod(text.hashCode(), 41);
        if (kind == 0) {
          throw new IllegalStateException("broken");
        }
        int at = text.indexOf("bad");
        if (at < 0 && kind > 20 && !complete) {
          return Verdict.safeUpTo(Math.floorMod(text.hashCode(), text.length() + 1));
        }
        return kind == 1
            ? Verdict.undecided("no idea")
            : at >= 0 ? Verdict.unsafe("bad", at) : Verdict.safe();
      };

  /** The state of a client that follows a request's events. */
  private static final class Client {
    final List<String> told = new ArrayList<>();
    final List<Integer> tokens = new ArrayList<>();
    final StringBuilder text = new StringBuilder();

    void accept(GenerationEvent event) {
      if (event instanceof Token token) {
        told.add("token " + token.id());
        tokens.add(token.id());
        text.append(token.text());
      } else if (event instanceof Undo undo) {
        told.add("undo " + undo.withdrawn() + " of " + undo.discarded() + " " + undo.cause());
        tokens.subList(tokens.size() - undo.withdrawn(), tokens.size()).clear();
        assertThat(text.toString()).endsWith(undo.text());
        text.setLength(text.length() - undo.text().length());
      } else if (event instanceof Finished end) {
        told.add("finished " + end.reason() + " " + tokens + " '" + end.text() + "'");
        text.append(end.rest());
        assertThat(text).hasToString(end.text());
        assertThat(tokens).containsExactly(boxed(end.transcript().visible()));
        checkUsage(end);
      } else if (event instanceof Failed) {
        told.add("failed");
      }
      assertThat(ReferenceText.certain(TOKENIZER, tokens))
          .as("shown")
          .startsWith(text.substring(0, shownLength(event)));
    }

    private int shownLength(GenerationEvent event) {
      return event.isLast() ? 0 : text.length();
    }

    private static void checkUsage(Finished end) {
      Usage usage = end.usage();
      int standing = usage.visibleTokens() + usage.discardedTokens() + end.transcript().resets();
      assertThat(usage.sampledTokens() + usage.forcedTokens() - standing).isBetween(0, 1);
      assertThat(usage.visibleTokens()).isEqualTo(end.transcript().visible().length);
    }

    private static Integer[] boxed(int[] ids) {
      return Arrays.stream(ids).boxed().toArray(Integer[]::new);
    }
  }

  @Property(tries = 2000)
  void anySchedule_isWhatRecomputingFromScratchGives(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FakeCausalLm model = new FakeCausalLm(VOCAB, CONTEXT, DecodingLoopTest::logits);
    List<GenerationRequest> requests =
        IntStream.range(0, 1 + random.nextInt(6)).mapToObj(i -> request(random)).toList();
    BatchLimits limits =
        BatchLimits.rows(2 + random.nextInt(6)).withPrefillTokens(1 + random.nextInt(40));
    int[] cancelAfter =
        requests.stream()
            .mapToInt(each -> random.nextInt(4) == 0 ? 1 + random.nextInt(12) : -1)
            .toArray();

    List<Client> clients = new ArrayList<>();
    try (DecodingLoop loop = new DecodingLoop(model, Optional.of(TOKENIZER), limits)) {
      for (int i = 0; i < requests.size(); i++) {
        submit(loop, i, requests.get(i), cancelAfter[i], clients);
      }
      while (!loop.isIdle()) {
        loop.step();
      }
    }

    for (int i = 0; i < requests.size(); i++) {
      ReferenceDecoder reference =
          new ReferenceDecoder(
              DecodingLoopTest::logits, CONTEXT, TOKENIZER, requests.get(i), cancelAfter[i]);
      reference.run();
      assertThat(clients.get(i).told).as("%s", requests.get(i)).isEqualTo(reference.events);
    }
    assertThat(model.openRows()).isZero();
  }

  private static void submit(
      DecodingLoop loop,
      int number,
      GenerationRequest request,
      int cancelAfter,
      List<Client> clients) {
    Client client = new Client();
    clients.add(client);
    loop.submit(
        new QueuedRequest(
            number,
            request,
            event -> {
              client.accept(event);
              if (client.told.size() == cancelAfter) {
                loop.cancel(number);
              }
            }));
  }

  /** Noise that depends on every token so far, with some liking for resets and ends. */
  private static float[] logits(int[] tokens) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(tokens));
    float[] values = new float[VOCAB];
    for (int id = 0; id < VOCAB; id++) {
      values[id] = (float) (3 * random.nextDouble());
    }
    values[ToyTokenizer.RESET] += 1;
    values[ToyTokenizer.EOS] -= 1;
    return values;
  }

  private static GenerationRequest request(SplittableRandom random) {
    GenerationRequest.Builder builder =
        GenerationRequest.builder(prompt(random))
            .maxNewTokens(1 + random.nextInt(40))
            .stopIds(Set.of(ToyTokenizer.EOS))
            .sampling(sampling(random))
            .undo(undo(random))
            .seed(random.nextLong());
    if (random.nextInt(3) == 0) {
      builder.stopTexts(List.of("b\u00e9", " a."));
    }
    if (random.nextInt(3) == 0) {
      Guidance.Form form = random.nextBoolean() ? Guidance.Form.LOG : Guidance.Form.PROBABILITY;
      Guidance whole = Guidance.of(prompt(random), random.nextInt(4), form);
      builder.guidance(random.nextBoolean() ? whole : whole.ofFirst(1 + random.nextInt(5)));
    }
    if (random.nextInt(2) == 0) {
      builder.guards(guards(random));
    }
    return builder.build();
  }

  /** Some begin alike, so that there is something to share. */
  private static int[] prompt(SplittableRandom random) {
    int[] prompt = new int[1 + random.nextInt(30)];
    boolean common = random.nextBoolean();
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = common && i < 20 ? 2 + i % 5 : 2 + random.nextInt(VOCAB - 2);
    }
    return prompt;
  }

  private static SamplingSettings sampling(SplittableRandom random) {
    SamplingSettings.Builder builder = SamplingSettings.builder().temperature(random.nextInt(2));
    if (random.nextInt(3) == 0) {
      builder.repetitionPenalty(1.3).presencePenalty(0.5).frequencyPenalty(0.2);
    }
    if (random.nextInt(3) == 0) {
      builder.topK(5).topP(0.9);
    }
    return builder.build();
  }

  private static UndoPolicy undo(SplittableRandom random) {
    UndoPolicy policy = UndoPolicy.onReset(ToyTokenizer.RESET, random.nextInt(4));
    if (random.nextBoolean()) {
      policy = policy.withContext(UndoPolicy.Context.CUT_BACK);
    }
    if (random.nextBoolean()) {
      policy = policy.refusingWith(2, 5);
    }
    return switch (random.nextInt(3)) {
      case 0 -> policy.withExtent(new UndoScope.LastTokens(1 + random.nextInt(4)));
      case 1 -> policy.withExtent(new UndoScope.LastSentence());
      default -> policy;
    };
  }

  private static GuardPolicy guards(SplittableRandom random) {
    GuardPolicy.Response response =
        switch (random.nextInt(3)) {
          case 0 -> new GuardPolicy.ForceReset();
          case 1 -> new GuardPolicy.Rewind(Optional.empty());
          default -> GuardPolicy.Rewind.nudged(prompt(random));
        };
    return new GuardPolicy(
        List.of(GUARD),
        1 + random.nextInt(5),
        response,
        random.nextInt(4),
        random.nextBoolean() ? TokenIds.of(3, 4, 3) : TokenIds.of(),
        Duration.ofSeconds(20));
  }
}
