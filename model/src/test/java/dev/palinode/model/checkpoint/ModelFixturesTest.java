package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits and greedy generations of every model among the fixtures. */
class ModelFixturesTest {
  private static final float LOGIT_TOLERANCE = 2e-4f;

  @TempDir Path folder;

  static Stream<Path> models() throws IOException {
    try (Stream<Path> all = Files.list(Fixtures.fixture("models"))) {
      return all.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void logits_matchTheReference(Path model) throws IOException {
    try (Transformer network = Checkpoint.open(model).load()) {
      assertLogits(model, network);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void openedForInference_logitsMatchTheReferenceToo(Path model) throws IOException {
    LoadOptions exact = LoadOptions.DEFAULT.withWeights(WeightType.F32);
    try (Transformer network = Checkpoint.open(model).load(exact)) {
      assertLogits(model, network);
      assertThatThrownBy(network::parameters).hasMessageContaining("load it for training");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void leftPaddedBatchOfTheReference_isABatchOfRowsHere(Path model) throws IOException {
    JsonNode padded = expected(model).path("left_padded");
    try (TensorScope scope = TensorScope.open();
        Transformer network =
            Checkpoint.open(model).load(LoadOptions.DEFAULT.withWeights(WeightType.F32));
        SequenceBatch batch = new TransformerLm(network).newBatch();
        SafetensorsFile tensors =
            SafetensorsFile.open(model.resolve("expected/expected.safetensors"))) {
      int[][] prompts = new int[padded.path("input_ids").size()][];
      int[] rows = new int[prompts.length];
      for (int i = 0; i < prompts.length; i++) {
        int[] ids = Fixtures.ids(padded.path("input_ids").path(i));
        int[] mask = Fixtures.ids(padded.path("attention_mask").path(i));
        prompts[i] =
            IntStream.range(0, ids.length).filter(t -> mask[t] == 1).map(t -> ids[t]).toArray();
        rows[i] = batch.add();
      }

      float[][] logits = batch.forward(rows, prompts);

      float[] wanted = tensors.read(padded.path("last_logits").asText()).toFloats();
      int vocab = wanted.length / rows.length;
      for (int i = 0; i < rows.length; i++) {
        assertThat(logits[i])
            .containsExactly(
                Arrays.copyOfRange(wanted, i * vocab, (i + 1) * vocab), within(LOGIT_TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void legacyConfig_givesTheSameModel(Path model) throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.delete(folder.resolve("config.json"));
    Files.copy(model.resolve("config_legacy.json"), folder.resolve("config.json"));

    try (Transformer network = Checkpoint.open(folder).load()) {
      assertLogits(model, network);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void savedAndLoaded_isTheSameModel(Path model) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(model);
    try (Transformer network = checkpoint.load()) {
      checkpoint.save(network, folder);
    }

    try (Transformer network = Checkpoint.open(folder).load()) {
      assertLogits(model, network);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void greedyGenerations_matchTheReference_aloneAndTogether(Path model) throws IOException {
    List<GenerationRequest> requests = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonNode sequence : expected(model).path("sequences")) {
      expected.add(Fixtures.ids(sequence.path("greedy_ids")));
      requests.add(
          GenerationRequest.builder(Fixtures.ids(sequence.path("input_ids")))
              .maxNewTokens(sequence.path("greedy_ids").size())
              .build());
    }
    try (Transformer network =
        Checkpoint.open(model).load(LoadOptions.DEFAULT.withWeights(WeightType.F32))) {
      for (int maxRows : new int[] {1, requests.size()}) {
        List<GenerationEvent> ends =
            new Decoder(new TransformerLm(network), maxRows).generate(requests);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(((Finished) ends.get(i)).transcript().raw()).isEqualTo(expected.get(i));
        }
      }
    }
  }

  private static void assertLogits(Path model, Transformer network) throws IOException {
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile tensors =
            SafetensorsFile.open(model.resolve("expected/expected.safetensors"))) {
      for (JsonNode sequence : expected(model).path("sequences")) {
        long[] ids =
            Arrays.stream(Fixtures.ids(sequence.path("input_ids"))).asLongStream().toArray();
        Tensor logits = network.logits(network.hiddenStates(Tensors.of(ids, 1, ids.length)));
        assertThat(logits.toFloats())
            .containsExactly(
                tensors.read(sequence.path("logits").asText()).toFloats(), within(LOGIT_TOLERANCE));
      }
    }
  }

  private static JsonNode expected(Path model) {
    return Fixtures.json(model.resolve("expected/expected.json"));
  }
}
