package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.decoding.Company;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows whose logits are the same bits in any company, in all forms, on one thread and on two. All
 * combinations take minutes: by default a variation has every form and a checkpoint one, few of
 * them on two threads, which are slow where other processes want the cores.
 */
class BatchInvariantTest {
  private static final List<WeightType> FORMS =
      List.of(WeightType.F32, WeightType.BF16, WeightType.INT8);

  private static final int ROWS = 16;
  private static final int PROMPT = 105;
  private static final int STEPS = 24;

  private final int threads = Libtorch.threads();

  static Stream<Arguments> everyTiny() {
    return every(NamedNetwork.tiny());
  }

  static Stream<Arguments> everyCheckpoint() throws IOException {
    return every(NamedNetwork.checkpoints());
  }

  private static Stream<Arguments> every(Stream<NamedNetwork> networks) {
    return networks.flatMap(
        network ->
            Stream.of(1, 2)
                .flatMap(use -> FORMS.stream().map(form -> Arguments.of(network, form, use))));
  }

  /** Each variation in every form. */
  static Stream<Arguments> tiny() {
    List<NamedNetwork> networks = NamedNetwork.tiny().toList();
    return IntStream.range(0, networks.size() * FORMS.size())
        .mapToObj(
            i ->
                Arguments.of(
                    networks.get(i / FORMS.size()),
                    FORMS.get(i % FORMS.size()),
                    i % 8 == 0 ? 2 : 1));
  }

  /** Each checkpoint in one form. */
  static Stream<Arguments> checkpoints() throws IOException {
    List<NamedNetwork> networks = NamedNetwork.checkpoints().toList();
    return IntStream.range(0, networks.size())
        .mapToObj(
            i -> Arguments.of(networks.get(i), FORMS.get(i % FORMS.size()), i % 4 == 1 ? 2 : 1));
  }

  @AfterEach
  void restoreThreads() {
    Libtorch.setThreads(threads);
  }

  @ParameterizedTest
  @MethodSource({"tiny", "checkpoints"})
  void row_hasTheSameBitsInAnyCompany(NamedNetwork model, WeightType form, int use)
      throws IOException {
    Libtorch.setThreads(use);
    try (Transformer network = model.source().open(form)) {
      assertInvariant(network, ROWS);
    }
  }

  @ParameterizedTest
  @MethodSource({"everyTiny", "everyCheckpoint"})
  @Tag("slow")
  void rowOfEveryNetwork_hasTheSameBitsInAnyCompany(NamedNetwork model, WeightType form, int use)
      throws IOException {
    row_hasTheSameBitsInAnyCompany(model, form, use);
  }

  /** Gates so wide that threads share them, and of a width that no vector instruction divides. */
  @ParameterizedTest
  @EnumSource(names = {"LLAMA", "GEMMA2"})
  void wideGates_areSharedBetweenThreadsWithoutATrace(TinyModels model) {
    Libtorch.setThreads(2);
    try (Transformer trainable = Transformer.initialise(wide(model.config), 3);
        Transformer network = trainable.forInference(WeightType.F32)) {
      assertInvariant(network, 33);
    }
  }

  private static ModelConfig wide(ModelConfig config) {
    return new ModelConfig(
        config.architecture(),
        config.vocabSize(),
        config.hiddenSize(),
        1001,
        config.layers(),
        config.contextLength(),
        config.normEpsilon(),
        config.tiedEmbeddings(),
        config.feedForwardBias(),
        config.logitSoftcap(),
        config.attention(),
        config.rotary());
  }

  private static void assertInvariant(Transformer network, int rows) {
    TransformerLm lm = TransformerLm.batchInvariant(network, rows);
    assertThat(lm.isBatchInvariant()).isTrue();
    Random random = new Random(rows);
    int[][] pieces = new int[STEPS + 1][];
    for (int i = 0; i <= STEPS; i++) {
      pieces[i] = random.ints(i == 0 ? PROMPT : 1, 0, lm.vocabSize()).toArray();
    }
    try (SequenceBatch alone = lm.newBatch();
        SequenceBatch together = lm.newBatch()) {
      Company company = new Company(together, rows, lm, random);
      int[] row = {alone.add()};
      for (int[] piece : pieces) {
        assertThat(company.forward(piece)).isEqualTo(alone.forward(row, new int[][] {piece})[0]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void requestsTogether_areAnsweredAsEachAlone(NamedNetwork model, WeightType form, int use)
      throws IOException {
    Libtorch.setThreads(use);
    try (Transformer network = model.source().open(form)) {
      TransformerLm lm = TransformerLm.batchInvariant(network, ROWS);
      List<GenerationRequest> requests = requests(lm.vocabSize());
      List<List<Object>> together = answers(lm, requests);
      for (int i = 0; i < requests.size(); i++) {
        assertThat(together.get(i)).isEqualTo(answers(lm, requests.subList(i, i + 1)).get(0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyCheckpoint")
  @Tag("slow")
  void requestsToEveryCheckpoint_areAnsweredAsEachAlone(
      NamedNetwork model, WeightType form, int use) throws IOException {
    requestsTogether_areAnsweredAsEachAlone(model, form, use);
  }

  /** Some begin alike, and they end one after the other. */
  private static List<GenerationRequest> requests(int vocab) {
    Random random = new Random(5);
    int[] common = random.ints(20, 0, vocab).toArray();
    return IntStream.range(0, ROWS)
        .mapToObj(
            i ->
                GenerationRequest.builder(i % 3 == 0 ? appended(common, i) : start(random, vocab))
                    .sampling(SamplingSettings.builder().temperature(1).build())
                    .maxNewTokens(6 + i)
                    .logprobs(2)
                    .seed(i)
                    .build())
        .toList();
  }

  private static int[] start(Random random, int vocab) {
    return random.ints(1 + random.nextInt(30), 0, vocab).toArray();
  }

  private static int[] appended(int[] ids, int id) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = id;
    return longer;
  }

  /**
   * What is reported of each request's tokens; fewer rows than requests, so that some join late.
   */
  private static List<List<Object>> answers(TransformerLm lm, List<GenerationRequest> requests) {
    List<List<Object>> answers = new ArrayList<>();
    requests.forEach(request -> answers.add(new ArrayList<>()));
    new Decoder(lm, ROWS - 4)
        .generate(
            requests,
            event -> {
              if (event instanceof Token token) {
                answers.get((int) token.request()).addAll(List.of(token.id(), token.signals()));
              } else {
                assertThat(event).isInstanceOf(Finished.class);
              }
            });
    return answers;
  }

  @Test
  void whatIsNotInvariant_isRefused() {
    try (Transformer trainable = TinyModels.LLAMA.random(1);
        Transformer network = trainable.forInference(WeightType.F32)) {
      assertThatThrownBy(() -> TransformerLm.batchInvariant(trainable, ROWS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("open it for inference");
      assertThatThrownBy(() -> TransformerLm.batchInvariant(network, 0))
          .hasMessage("rows is 0: expected 1 or more");
      TransformerLm lm = TransformerLm.batchInvariant(network, 2);
      network.useAdapters(List.of(new NoAdapter()));
      assertThatThrownBy(lm::newBatch)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("merge them");
      assertThat(new TransformerLm(network).isBatchInvariant()).isFalse();
    }
  }

  private static final class NoAdapter implements Adapter {
    @Override
    public @Nullable Tensor delta(String layer, Tensor x) {
      return null;
    }

    @Override
    public Tensor embeddings(Tensor ids, Tensor embedded) {
      return embedded;
    }

    @Override
    public Tensor logits(Tensor hidden, Tensor logits) {
      return logits;
    }
  }
}
