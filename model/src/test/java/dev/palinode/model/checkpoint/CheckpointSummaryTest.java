package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is told of a checkpoint is what opening it shows. */
class CheckpointSummaryTest {
  @TempDir Path folder;

  private Path saved(ModelConfig config) throws IOException {
    try (Transformer model = Transformer.initialise(config, 1)) {
      Checkpoint.create(folder, config, 0, 1, 2).save(model, folder);
    }
    return folder;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "INT8"})
  void figures_areThoseOfTheOpenedModel(WeightType form) throws IOException {
    try (Stream<Path> models = Files.list(Fixtures.fixture("models"))) {
      for (Path model : models.toList()) {
        assertFigures(model, form);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "INT8"})
  void figuresOfATrainedModel_areThoseOfTheOpenedModel(WeightType form) throws IOException {
    assertFigures(Fixtures.model("stories260K/hf"), form);
  }

  private static void assertFigures(Path model, WeightType form) throws IOException {
    CheckpointSummary summary = CheckpointSummary.of(model);
    try (Transformer network = Checkpoint.open(model).load(LoadOptions.DEFAULT.withWeights(form))) {
      assertThat(summary.problems()).as("%s", model).isEmpty();
      assertThat(summary.config()).isEqualTo(network.config());
      assertThat(summary.parameters()).isEqualTo(network.config().parameterCount());
      assertThat(summary.matrixBytes(form))
          .as("%s", model)
          .isCloseTo(network.matrixBytes(), withinPercentage(2));
      assertThat(summary.weightBytes(form)).isGreaterThan(summary.matrixBytes(form));
    }
  }

  @Test
  void handArithmetic() throws IOException {
    CheckpointSummary summary =
        CheckpointSummary.of(saved(ModelConfig.llama(10, 8, 16, 1, 2, 1, 32)));

    // embedding 80; q, k, v, o 64 + 32 + 32 + 64; gate, up, down 3 * 128; three norms of 8
    assertThat(summary.parameters()).isEqualTo(680);
    // the tied head has a matrix of its own in memory
    assertThat(summary.weightBytes(WeightType.F32)).isEqualTo(4 * (680 + 80));
    assertThat(summary.weightBytes(WeightType.BF16)).isEqualTo(2 * (680 + 80) + 2 * 80);
    // two of one layer, one head of 4
    assertThat(summary.cacheBytesPerToken(WeightType.F32, Device.CPU)).isEqualTo(2 * 4 * 4);
    assertThat(summary.cacheBytesPerToken(WeightType.INT8, Device.CPU)).isEqualTo(2 * 4 * 4);
    assertThat(summary.cacheBytesPerToken(WeightType.INT8, Device.cuda(0))).isEqualTo(2 * 4 * 2);
    CheckpointSummary.Stored stored = summary.stored().orElseThrow();
    assertThat(stored.files()).isEqualTo(1);
    assertThat(stored.bytes()).isEqualTo(Files.size(folder.resolve("model.safetensors")));
    assertThat(stored.parameters()).containsOnlyKeys(DType.F32).containsValue(680L);
    assertThat(stored.auto()).isEqualTo(WeightType.F32);
  }

  @Test
  void tiedHeadThatIsUsedAsItIsStored_isCountedOnce() throws IOException {
    ModelConfig shape = ModelConfig.llama(10, 8, 16, 1, 2, 1, 32);
    Path config = saved(shape).resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("float32", "float16"));
    try (Transformer model = Transformer.initialise(shape, 1)) {
      Checkpoint.open(folder).save(model, folder);
    }

    // no CPU has products that want F16 in another layout
    assertThat(CheckpointSummary.of(folder).weightBytes(WeightType.F16)).isEqualTo(2 * 680);
  }

  @Test
  void weightsThatDoNotFit_areAProblem_andTheRestIsTold() throws IOException {
    saved(ModelConfig.llama(10, 8, 16, 1, 2, 1, 32));
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"num_hidden_layers\" : 1", "\"num_hidden_layers\" : 2")
            .replace("\"vocab_size\" : 10", "\"vocab_size\" : 11"));

    CheckpointSummary summary = CheckpointSummary.of(folder);

    assertThat(summary.problems())
        .singleElement()
        .asString()
        .contains("model.embed_tokens.weight is [10, 8], expected [11, 8]")
        .contains("model.layers.1.mlp.down_proj.weight is missing");
    assertThat(summary.stored()).isPresent();
  }

  @Test
  void weightsThatCannotBeRead_areAProblem_andTheRestIsTold() throws IOException {
    saved(ModelConfig.llama(10, 8, 16, 1, 2, 1, 32));
    Files.writeString(folder.resolve("model.safetensors"), "cut");
    assertThat(CheckpointSummary.of(folder).problems())
        .singleElement()
        .asString()
        .contains("model.safetensors: 3 bytes are too few");

    Files.delete(folder.resolve("model.safetensors"));
    CheckpointSummary summary = CheckpointSummary.of(folder);
    assertThat(summary.problems()).singleElement().asString().contains("has neither");
    assertThat(summary.stored()).isEmpty();
    assertThat(summary.parameters()).isEqualTo(680);
  }
}
