package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.testkit.ResidentMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors that lie on the file they come from. */
class SafetensorsMappingTest {
  private static final int ELEMENTS = SafetensorsFile.MIN_MAPPED_BYTES; // of four bytes

  @TempDir Path folder;

  /** How often this process maps files of this folder. */
  private int mappings() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.exists(maps), "skipped: mappings are read from " + maps);
    try (Stream<String> lines = Files.lines(maps)) {
      return (int) lines.filter(line -> line.contains(folder.getFileName().toString())).count();
    }
  }

  private Path countingFile(int elements) throws IOException {
    Path file = folder.resolve("counting.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsWriter.write(file, Map.of("a", Tensors.range(elements, DType.F32, Device.CPU)));
    }
    return file;
  }

  @Test
  void mappedTensor_hasTheValues_andLetsGoWithItsScope() throws IOException {
    Path file = countingFile(ELEMENTS);

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor tensor = opened.read("a").reshape(2, -1);

      assertThat(mappings()).isEqualTo(1);
      assertThat(tensor.select(1, 3).toFloats()).containsExactly(3, ELEMENTS / 2 + 3);
    }

    assertThat(mappings()).isZero();
  }

  @Test
  void changedInPlace_theFileAndOtherReadersStayAsTheyWere() throws IOException {
    Path file = countingFile(ELEMENTS);
    byte[] before = Files.readAllBytes(file);

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor changed = opened.read("a");
      changed.copyInPlace(changed.times(2));

      assertThat(changed.select(0, 7).item()).isEqualTo(14);
      assertThat(opened.read("a").select(0, 7).item()).isEqualTo(7);
    }

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void trainedInPlace_aMappedTensorIsLikeAnyOther() throws IOException {
    Path file = countingFile(ELEMENTS);

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor weights = opened.read("a").requiresGradient(true);
      weights.times(weights).sum().backward();

      assertThat(weights.gradient().select(0, 5).item()).isEqualTo(10);
    }
  }

  /** The view alone holds the storage: no Java object knows of the mapping any more. */
  @Test
  void retainedView_staysWhenScopeAndFileAreClosed_andTheFileIsReplaced() throws IOException {
    Path file = countingFile(ELEMENTS);
    Tensor view;
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      view = opened.read("a").narrow(0, 1000, ELEMENTS - 1000).retain();
    }
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsWriter.write(file, Map.of("a", Tensors.zeros(DType.F32, ELEMENTS)));
    }
    for (int i = 0; i < 5; i++) {
      System.gc();
    }

    assertThat(mappings()).isEqualTo(1);
    float[] values = view.toFloats();
    assertThat(values[0]).isEqualTo(1000);
    assertThat(values[values.length - 1]).isEqualTo(ELEMENTS - 1);

    view.close();
    assertThat(mappings()).isZero();
  }

  @Test
  void manyReads_ofA50MegabyteFile_keepResidentMemoryFlat() throws IOException {
    Path file = countingFile(50_000_000 / 4);
    readAndChange(file, 5);
    long before = ResidentMemory.bytes();

    readAndChange(file, 200);

    assertThat(ResidentMemory.bytes() - before).isLessThan(64L << 20);
  }

  /** Every page is read, and some become the process's own. */
  private static void readAndChange(Path file, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      try (TensorScope scope = TensorScope.open();
          SafetensorsFile opened = SafetensorsFile.open(file)) {
        Tensor tensor = opened.read("a");
        Tensor part = tensor.narrow(0, 0, 1 << 20);
        part.copyInPlace(part.times(2));
        assertThat(tensor.max().item()).isEqualTo(12_499_999);
      }
    }
  }

  @Test
  void misalignedTensor_isReadInstead() throws IOException {
    String json =
        String.format(
            Locale.ROOT,
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
            ELEMENTS,
            4L * ELEMENTS);
    String header = json + " ".repeat(8 - json.length() % 8 + 1); // one byte off
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      values[i] = i;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length() + 4 * ELEMENTS)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length())
            .put(header.getBytes(StandardCharsets.US_ASCII));
    bytes.asFloatBuffer().put(values);
    Path file = folder.resolve("misaligned.safetensors");
    Files.write(file, bytes.array());

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.read("a").toFloats()).isEqualTo(values);
      assertThat(mappings()).isZero();
    }
  }

  @Test
  void readOnlyFile_isMappedToo() throws IOException {
    Path file = countingFile(ELEMENTS);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor tensor = opened.read("a");
      tensor.copyInPlace(tensor.times(2));
      assertThat(mappings()).isEqualTo(1);
      assertThat(tensor.select(0, 7).item()).isEqualTo(14);
    }
  }

  /** What is open is the old file, which has no name any more. */
  @Test
  void replacedFile_isStillReadAsItWasOpened() throws IOException {
    Path file = countingFile(ELEMENTS);
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile opened = SafetensorsFile.open(file)) {
      SafetensorsWriter.write(file, Map.of("a", Tensors.zeros(DType.F32, ELEMENTS)));

      assertThat(opened.read("a").select(0, 7).item()).isEqualTo(7);
    }
  }

  @Test
  void closedFile_isReadNoMore() throws IOException {
    SafetensorsFile opened = SafetensorsFile.open(countingFile(ELEMENTS));
    opened.close();

    assertThatThrownBy(() -> opened.read("a"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("counting.safetensors", "closing");
  }
}
