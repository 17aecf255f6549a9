package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  private Path write(String name, Map<String, Tensor> tensors) throws IOException {
    Path file = folder.resolve(name);
    SafetensorsWriter.write(file, tensors);
    return file;
  }

  @Test
  void written_isReadBack() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("a", Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
      tensors.put("b", Tensors.of(new float[] {0.5f, -2}, 2).to(DType.BF16));
      tensors.put("c", Tensors.of(new long[] {7}, 1));
      tensors.put("transposed", Tensors.of(new float[] {1, 2, 3, 4}, 2, 2).transpose(0, 1));

      try (SafetensorsFile file = SafetensorsFile.open(write("t.safetensors", tensors))) {
        assertThat(file.names()).containsExactly("a", "b", "c", "transposed");
        assertThat(file.shape("a")).containsExactly(2, 3);
        assertThat(file.dtype("b")).isEqualTo(DType.BF16);
        assertThat(file.read("a").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(file.read("b").toFloats()).containsExactly(0.5f, -2);
        assertThat(file.read("c").toLongs()).containsExactly(7);
        assertThat(file.read("transposed").toFloats()).containsExactly(1, 3, 2, 4);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}       | unknown dtype",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}       | takes 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}      | bytes of data",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}      | not negative",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}       | data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}                     | shape is missing",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[9e9,9e9],\"data_offsets\":[0,4]}} | whole number",
        "{\"a\":{\"dtype\":\"I64\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}} | larger than",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}} | overlaps",
        "[1]                                                                    | no JSON object",
        "{\"a\":[[[[[[[[[[1]]]]]]]]]]}                                          | no JSON",
        "{\"a\"                                                                 | no JSON",
      })
  void damagedHeader_isAnErrorThatSaysWhat(String header, String message) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    Path file = folder.resolve("bad.safetensors");
    Files.write(file, bytes.array());

    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bad.safetensors")
        .hasMessageContaining(message.trim());
  }
}
