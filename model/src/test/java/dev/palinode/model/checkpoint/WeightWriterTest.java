package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.TensorSource;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightWriterTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(10, 8, 16, 2, 2, 1, 32);

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String FIRST_OF_TWO = "model-00001-of-00002.safetensors";
  private static final String SECOND_OF_TWO = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  /** Weights a, b, c, ... of 100 floats each, all of this value. */
  private static Map<String, TensorSource> weights(int count, double value) {
    Map<String, TensorSource> weights = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      weights.put(
          String.valueOf((char) ('a' + i)),
          new TensorSource(DType.F32, new long[] {100}, () -> Tensors.full(value, DType.F32, 100)));
    }
    return weights;
  }

  private void assertHolds(int count, double value, String... files) throws IOException {
    try (WeightFiles opened = WeightFiles.open(folder);
        TensorScope scope = TensorScope.open()) {
      assertThat(opened.names()).hasSize(count);
      for (String name : opened.names()) {
        assertThat(opened.read(name).mean(0).item()).isEqualTo(value);
      }
    }
    assertThat(names()).containsExactlyInAnyOrder(files);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Test
  void shards_areFilledInOrder_andIndexedAsTransformersDoes() throws IOException {
    WeightWriter.write(folder, weights(5, 1), 900);

    assertHolds(
        5,
        1,
        INDEX,
        "model-00001-of-00003.safetensors",
        "model-00002-of-00003.safetensors",
        "model-00003-of-00003.safetensors");
    JsonNode index = Fixtures.json(folder.resolve(INDEX));
    assertThat(index.path("metadata").path("total_size").asLong()).isEqualTo(2000);
    assertThat(index.path("weight_map").path("b").asText())
        .isEqualTo("model-00001-of-00003.safetensors");
    assertThat(index.path("weight_map").path("e").asText())
        .isEqualTo("model-00003-of-00003.safetensors");
  }

  @Test
  void namesOfShards_haveTheSameDigitsInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      WeightWriter.write(folder, weights(3, 1), 900);
    } finally {
      Locale.setDefault(before);
    }
    assertHolds(3, 1, INDEX, FIRST_OF_TWO, SECOND_OF_TWO);
  }

  @Test
  void weightsThatJustFit_areOneFile() throws IOException {
    WeightWriter.write(folder, weights(2, 1), 800);

    assertHolds(2, 1, SINGLE);
  }

  @Test
  void weightLargerThanAShard_getsItsOwn() throws IOException {
    WeightWriter.write(folder, weights(2, 1), 100);

    assertHolds(2, 1, INDEX, FIRST_OF_TWO, SECOND_OF_TWO);
  }

  @Test
  void anotherLayout_leavesNothingOfTheOldOne() throws IOException {
    Files.writeString(folder.resolve("model-card.md"), "not ours");
    WeightWriter.write(folder, weights(2, 1), 800);
    WeightWriter.write(folder, weights(3, 2), 800);
    assertHolds(3, 2, "model-card.md", INDEX, FIRST_OF_TWO, SECOND_OF_TWO);

    WeightWriter.write(folder, weights(4, 3), 800);
    assertHolds(4, 3, "model-card.md", INDEX, FIRST_OF_TWO, SECOND_OF_TWO);

    WeightWriter.write(folder, weights(2, 4), 800);
    assertHolds(2, 4, "model-card.md", SINGLE);
  }

  @Test
  void failure_leavesWhatWasThere() throws IOException {
    for (int shardBytes : new int[] {800, 10_000}) {
      WeightWriter.write(folder, weights(4, 1), shardBytes);
      List<String> before = names();
      Map<String, TensorSource> broken = weights(4, 2);
      broken.put(
          "d",
          new TensorSource(
              DType.F32,
              new long[] {100},
              () -> {
                throw new IOException("disk gone");
              }));

      assertThatThrownBy(() -> WeightWriter.write(folder, broken, 800))
          .hasMessageContaining("disk gone");
      assertThatThrownBy(() -> WeightWriter.write(folder, broken, 10_000))
          .hasMessageContaining("disk gone");

      assertHolds(4, 1, before.toArray(String[]::new));
    }
  }

  /** The state that a process leaves that ends before the old single file is deleted. */
  @Test
  void singleFile_isWhatCountsUntilItIsGone() throws IOException {
    WeightWriter.write(folder, weights(2, 1), 800);
    Path old = Files.move(folder.resolve(SINGLE), folder.resolve("old"));
    WeightWriter.write(folder, weights(3, 2), 800);
    Files.move(old, folder.resolve(SINGLE));

    assertHolds(2, 1, SINGLE, INDEX, FIRST_OF_TWO, SECOND_OF_TWO);

    WeightWriter.write(folder, weights(2, 3), 800); // and the next to write cleans up
    assertHolds(2, 3, SINGLE);
  }

  /** Sources read the files that are being replaced. */
  @Test
  void weightsOfTheFolderItself_canBeRewritten() throws IOException {
    WeightWriter.write(folder, weights(4, 1), 800);
    try (WeightFiles opened = WeightFiles.open(folder)) {
      Map<String, TensorSource> doubled = new LinkedHashMap<>();
      for (String name : opened.names()) {
        doubled.put(
            name,
            new TensorSource(
                opened.dtype(name), opened.shape(name), () -> opened.read(name).times(2)));
      }
      WeightWriter.write(folder, doubled, 800);
    }

    assertHolds(4, 2, INDEX, FIRST_OF_TWO, SECOND_OF_TWO);
  }

  @Test
  void shardedCheckpoint_loadsAsTheSameModel_andCarriesGenerationConfig() throws IOException {
    Path source = folder.resolve("source");
    Path target = folder.resolve("target");
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      Checkpoint.create(source, CONFIG, 0, 1, 2).save(model, source);
      Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": [1, 2]}");

      Checkpoint.open(source).save(model, target, 1500);

      assertThat(target.resolve(INDEX)).exists();
      assertThat(target.resolve(SINGLE)).doesNotExist();
      assertThat(target.resolve("generation_config.json")).content().contains("[1, 2]");
      try (Transformer loaded = Checkpoint.open(target).load()) {
        model
            .parameters()
            .forEach(
                (name, tensor) ->
                    assertThat(loaded.parameters().get(name).toFloats())
                        .as(name)
                        .isEqualTo(tensor.toFloats()));
      }
    }
  }
}
