package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightIndexTest {
  private static final String INDEX =
      """
      {"metadata": {"total_size": 20, "total_parameters": 5},
       "weight_map": {"a": "one.safetensors", "b": "two.safetensors", "c": "two.safetensors"}}
      """;

  @TempDir Path folder;

  @BeforeEach
  void shards() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsWriter.write(
          folder.resolve("one.safetensors"), Map.of("a", Tensors.zeros(DType.F32, 3)));
      SafetensorsWriter.write(
          folder.resolve("two.safetensors"),
          Map.of("b", Tensors.zeros(DType.F32, 1), "c", Tensors.zeros(DType.F32, 1)));
    }
    Files.createDirectory(folder.resolve("folder"));
  }

  private void open(byte[] index) throws IOException {
    Files.write(folder.resolve(WeightFiles.INDEX), index);
    try (WeightFiles files = WeightFiles.open(folder);
        TensorScope scope = TensorScope.open()) {
      for (String name : files.names()) {
        assertThat(files.read(name).elements()).isPositive();
      }
    }
  }

  @Test
  void shardedWeights_areOneSet() throws IOException {
    Files.writeString(folder.resolve(WeightFiles.INDEX), INDEX);

    try (WeightFiles files = WeightFiles.open(folder)) {
      assertThat(files.names()).containsExactly("a", "b", "c");
      assertThat(files.shape("a")).containsExactly(3);
      assertThat(files.dtype("c")).isEqualTo(DType.F32);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "one.safetensors | three.safetensors          | which is not a file",
        "one.safetensors | folder                     | which is not a file",
        "one.safetensors | ../one.safetensors         | not a file name in this folder",
        "one.safetensors | /etc/passwd                | not a file name in this folder",
        "one.safetensors | ..\\\\one.safetensors       | not a file name in this folder",
        "one.safetensors | ..                         | not a file name in this folder",
        "one.safetensors | \\u0000                    | not a file name in this folder",
        "one.safetensors | two.safetensors            | is not in",
        "\"one.safetensors\" | 1                      | expected a string",
        "\"b\": | \"c\":                               | is there twice",
        "metadata        | weight_map                 | weight \"total_size\" has no file name",
        "weight_map      | weightmap                  | weight_map is missing",
        "}}              | }                          | no JSON",
        "}}              | }}}                        | no JSON",
        "\"total_size\": | \"x\": [[[[[[[[[[[[[[[[[[[[ | no JSON",
      })
  void damagedIndex_isAnErrorThatSaysWhat(String from, String to, String message) {
    assertThat(INDEX).contains(from);

    assertThatThrownBy(() -> open(INDEX.replace(from, to).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(WeightFiles.INDEX, message);
  }

  /** Whatever happens to an index, it opens or is refused. */
  @Test
  void mutatedIndexes_areReadOrRefused() throws IOException {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      String mutated = mutated(random);
      byte[] bytes = mutated.getBytes(StandardCharsets.ISO_8859_1);
      try {
        open(i % 50 == 0 ? mutated.getBytes(StandardCharsets.UTF_16) : bytes);
      } catch (IOException e) {
        assertThat(e.getMessage()).contains(folder.toString()).doesNotContainPattern("\\p{Cntrl}");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(mutated.substring(0, Math.min(500, mutated.length())), e);
      }
    }
    assertThat(refused).isBetween(2000, 3950);
  }

  private static final List<String> PIECES =
      List.of(
          "\"a\"",
          "\"one.safetensors\"",
          "\"../x\"",
          "null",
          "-1",
          "1e999",
          "[]",
          "{}",
          "{",
          "}",
          ":",
          ",",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"folder\"",
          "\"weight_map\"",
          "\u00ff",
          "NaN",
          "\"" + "n".repeat(60_000) + "\"",
          "[".repeat(50_000),
          "{\"a\":".repeat(30_000));

  /** One to three pieces of the JSON, or single characters, are replaced. */
  private static String mutated(Random random) {
    StringBuilder text = new StringBuilder(INDEX);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
        case 2 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        default -> {
          String[] tokens = text.toString().split("(?<=[ ,:{}])", 40);
          tokens[random.nextInt(tokens.length)] = PIECES.get(random.nextInt(PIECES.size()));
          text = new StringBuilder(String.join("", Arrays.asList(tokens)));
        }
      }
    }
    return text.toString();
  }
}
