package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.IncrementalDecoder;
import dev.palinode.token.TokenIds;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * On real networks: what follows an undo is what would have been generated from the context that is
 * left, had nothing else ever been there. With guidance this holds of both contexts. Other requests
 * are in the batch meanwhile.
 */
@ParameterizedClass
@MethodSource("models")
@TestInstance(Lifecycle.PER_CLASS) // each model is opened once
class UndoFixturesTest {
  private static final int[] PROMPT = ids(30, 3);
  private static final int[] NEGATIVE = ids(21, 5);
  private static final int[] NUDGED = ids(33, 3);
  private static final int LENGTH = 16;

  @Parameter Path folder;

  private Transformer network;
  private Tokenizer tokenizer;
  private int reset;

  /** What is generated without any undo, with guidance and without. */
  private final Map<Boolean, int[]> plain = new HashMap<>();

  static Stream<Path> models() throws IOException {
    try (Stream<Path> folders = Files.list(Fixtures.fixture("models"))) {
      return folders.sorted().toList().stream();
    }
  }

  private static int[] ids(int length, int step) {
    return IntStream.range(0, length).map(i -> 40 + step * i).toArray();
  }

  @BeforeParameterizedClassInvocation
  void open() throws IOException {
    network = Checkpoint.open(folder).load(LoadOptions.DEFAULT.withWeights(WeightType.F32));
    tokenizer = HuggingFaceTokenizer.open(folder);
    reset = tokenizer.idOf("[RESET]").orElseThrow();
    plain.clear();
  }

  @AfterParameterizedClassInvocation
  void close() {
    tokenizer.close();
    network.close();
  }

  /** Objects once, to the text that its n-th call sees. */
  private static Guard objectingAt(int call, int from) {
    AtomicInteger calls = new AtomicInteger();
    return (text, complete) ->
        calls.incrementAndGet() == call ? Verdict.unsafe("no", from) : Verdict.safe();
  }

  private GenerationRequest.Builder greedy(boolean guided, int[] prompt, int[] negative) {
    GenerationRequest.Builder request =
        GenerationRequest.builder(prompt).maxNewTokens(LENGTH).undo(UndoPolicy.onReset(reset, 0));
    return guided ? request.guidance(Guidance.of(negative, 1.7, Guidance.Form.LOG)) : request;
  }

  private GenerationRequest.Builder greedy(boolean guided) {
    return greedy(guided, PROMPT, NEGATIVE);
  }

  private static GuardPolicy policy(Guard guard, GuardPolicy.Response response) {
    return new GuardPolicy(List.of(guard), 3, response, 1, TokenIds.of(), Duration.ofSeconds(20));
  }

  /** Beside two others that come and go. */
  private int[] run(GenerationRequest request) {
    GenerationRequest other = GenerationRequest.builder(ids(18, 7)).maxNewTokens(5).build();
    List<GenerationEvent> ends =
        new Decoder(new TransformerLm(network), tokenizer, BatchLimits.rows(4))
            .generate(List.of(other, request, other));
    return ((Finished) ends.get(1)).transcript().visible();
  }

  private int[] plain(boolean guided) {
    return plain.computeIfAbsent(guided, guides -> run(greedy(guides).build())).clone();
  }

  /** What is generated behind tokens that both contexts have read. */
  private int[] from(boolean guided, int[] prompt, int... behind) {
    return run(greedy(guided, join(prompt, behind), join(NEGATIVE, behind)).build());
  }

  /** Tokens, then what follows them if it must not begin with the one that was rejected. */
  private int[] otherwise(boolean guided, int[] kept, int rejected) {
    SamplingSettings without = SamplingSettings.GREEDY.withBias(rejected, Double.NEGATIVE_INFINITY);
    int[] other =
        run(
            greedy(guided, join(PROMPT, kept), join(NEGATIVE, kept))
                .sampling(without)
                .maxNewTokens(1)
                .build());
    int[] begun = join(kept, other);
    return join(begun, from(guided, PROMPT, begun));
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  private static void assertGoesOn(int[] actual, int[]... expected) {
    int[] whole = join(expected);
    assertThat(actual).isNotEmpty().isEqualTo(Arrays.copyOf(whole, actual.length));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void forcedReset_goesOnBehindEverything_orBehindTheResetAlone(boolean guided) {
    int[] plain = plain(guided);
    GuardPolicy force = policy(objectingAt(2, 0), new GuardPolicy.ForceReset());
    int[] withdrawn = Arrays.copyOf(plain, 6); // two checks, three tokens each

    int[] kept = run(greedy(guided).guards(force).build());
    assertGoesOn(kept, from(guided, PROMPT, join(withdrawn, new int[] {reset})));

    GuardPolicy again = policy(objectingAt(2, 0), new GuardPolicy.ForceReset());
    int[] cut =
        run(
            greedy(guided)
                .undo(UndoPolicy.onReset(reset, 0).withContext(UndoPolicy.Context.CUT_BACK))
                .guards(again)
                .build());
    assertGoesOn(cut, from(guided, PROMPT, reset));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void partialUndo_goesOnBehindWhatStands(int tokens) {
    for (boolean guided : new boolean[] {false, true}) {
      int[] plain = plain(guided);
      UndoPolicy undo =
          UndoPolicy.onReset(reset, 0)
              .withExtent(new UndoScope.LastTokens(tokens))
              .withContext(UndoPolicy.Context.CUT_BACK);
      Guard late = objectingAt(2, Integer.MAX_VALUE);
      int[] actual =
          run(greedy(guided).undo(undo).guards(policy(late, new GuardPolicy.ForceReset())).build());

      // Never less than what the guard has not passed: three tokens.
      int[] kept = Arrays.copyOf(plain, Math.min(Math.min(3, withText(plain, 6)), 6 - tokens));
      assertGoesOn(actual, kept, from(guided, PROMPT, join(kept, new int[] {reset})));
    }
  }

  /** How many of the first tokens have brought text, without those that begin a character. */
  private int withText(int[] tokens, int first) {
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
    int count = 0;
    for (int i = 0; i < first; i++) {
      count = decoder.append(tokens[i]).isEmpty() ? count : i + 1;
    }
    return count;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rewind_isAsIfTheRestHadNeverBeen_butForItsFirstToken(boolean guided) {
    int[] plain = plain(guided);
    for (int call = 1; call <= 3; call++) {
      Guard guard = objectingAt(call, Integer.MAX_VALUE);
      int[] kept = Arrays.copyOf(plain, Math.min(3 * (call - 1), withText(plain, 3 * call)));
      int[] same =
          run(
              greedy(guided)
                  .guards(policy(guard, new GuardPolicy.Rewind(Optional.empty())))
                  .build());
      assertGoesOn(same, otherwise(guided, kept, plain[kept.length]));

      Guard again = objectingAt(call, Integer.MAX_VALUE);
      int[] nudged =
          run(greedy(guided).guards(policy(again, GuardPolicy.Rewind.nudged(NUDGED))).build());
      assertGoesOn(nudged, kept, from(guided, NUDGED, kept));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 7})
  void guidanceOfTheFirstTokens_endsThere_andBeginsAnewAfterAnUndo(int first) {
    Guidance guidance = Guidance.of(NEGATIVE, 1.7, Guidance.Form.LOG).ofFirst(first);
    int[] guided = Arrays.copyOf(run(greedy(true).build()), first);
    int[] expected = join(guided, from(false, PROMPT, guided));

    assertGoesOn(run(greedy(false).guidance(guidance).build()), expected);

    GuardPolicy rewind = policy(objectingAt(3, 0), new GuardPolicy.Rewind(Optional.empty()));
    int[] again = Arrays.copyOf(otherwise(true, new int[0], expected[0]), first);
    assertGoesOn(
        run(greedy(false).guidance(guidance).guards(rewind).build()),
        again,
        from(false, PROMPT, again));
  }

  /** One by one, so that a failure says at which length it is. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void samplesOfOnePrompt_areThoseOfTheWholeBatch(boolean guided) {
    List<GenerationRequest> samples = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      samples.add(greedy(guided).maxNewTokens(3 + 2 * i).build());
    }
    int[] plain = plain(guided);
    List<GenerationEvent> ends =
        new Decoder(new TransformerLm(network), tokenizer, BatchLimits.rows(10)).generate(samples);
    for (GenerationEvent end : ends) {
      assertGoesOn(((Finished) end).transcript().visible(), plain);
    }
  }
}
