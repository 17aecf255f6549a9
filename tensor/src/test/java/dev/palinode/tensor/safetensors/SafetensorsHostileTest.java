package dev.palinode.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a file, either it opens, and every tensor has the shape that it states, or
 * there is an IOException that names it. Nothing else is thrown, and nothing is allocated that the
 * file's size does not account for.
 */
class SafetensorsHostileTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String FILE = "hostile.safetensors";

  @TempDir Path folder;
  private final Random random = new Random(1);
  private int opened;
  private int refused;

  /** Loading classes allocates, too. */
  @BeforeEach
  void loadEverythingOnce() throws IOException {
    Path file = folder.resolve(FILE);
    Files.write(file, original(SafetensorsFile.MIN_MAPPED_BYTES));
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile honest = SafetensorsFile.open(file)) {
      assertThat(honest.read("a").shape()).hasSize(1);
    }
    Files.write(file, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, '['});
    assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining(FILE);
  }

  /** Three tensors, the last one empty; the first is mapped if it is large. */
  private byte[] original(int elements) throws IOException {
    Path file = folder.resolve("original.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("a", Tensors.zeros(DType.F32, elements));
      tensors.put("b", Tensors.zeros(DType.I64, 2, 2));
      tensors.put("c", Tensors.zeros(DType.BF16, 0, 3));
      SafetensorsWriter.write(file, tensors);
    }
    return Files.readAllBytes(file);
  }

  private void check(byte[] bytes, String what) throws IOException {
    Path file = folder.resolve(FILE);
    Files.write(file, bytes);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile hostile = SafetensorsFile.open(file)) {
      long total = 0;
      for (String name : hostile.names()) {
        Tensor tensor = hostile.read(name);
        assertThat(tensor.shape()).as(what).isEqualTo(hostile.shape(name));
        assertThat(tensor.dtype()).as(what).isEqualTo(hostile.dtype(name));
        total += tensor.elements() * tensor.dtype().bytes();
      }
      assertThat(total).as(what).isLessThanOrEqualTo(bytes.length);
      opened++;
    } catch (IOException e) {
      assertThat(e.getMessage()).as(what).contains(FILE).doesNotContainPattern("\\p{Cntrl}");
      assertThat(e.getMessage().length()).as(what).isLessThan(2000);
      refused++;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .as("bytes allocated: %s", what)
        .isLessThan((1 << 20) + 20L * bytes.length);
  }

  @Test
  void damagedBytes() throws IOException {
    byte[] small = original(4);
    byte[] mapped = original(SafetensorsFile.MIN_MAPPED_BYTES / 4);
    for (int i = 0; i < 8000; i++) {
      byte[] bytes = mutated(i % 10 == 0 ? mapped : small);
      check(bytes, "mutation " + i);
    }
    assertThat(opened).isGreaterThan(300);
    assertThat(refused).isGreaterThan(3000);
  }

  private byte[] mutated(byte[] original) {
    byte[] bytes = original.clone();
    int header = Math.min(bytes.length, 320);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(Math.min(header, bytes.length));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
        case 3 -> bytes = spliced(bytes, at, new byte[] {(byte) random.nextInt(128)}, 0);
        case 4 -> bytes = spliced(bytes, at, new byte[0], 1);
        default -> bytes[at] = (byte) "0123456789-{}[]\",:.e\0".charAt(random.nextInt(21));
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] inserted, int removed) {
    ByteBuffer result = ByteBuffer.allocate(bytes.length + inserted.length - removed);
    result.put(bytes, 0, at).put(inserted);
    return result.put(bytes, at + removed, bytes.length - at - removed).array();
  }

  @Test
  void lyingLengths() throws IOException {
    byte[] original = original(4);
    long[] lengths = {
      0,
      1,
      2,
      3,
      -1,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      1L << 31,
      (1L << 31) - 1,
      1L << 32,
      SafetensorsHeader.MAX_HEADER_BYTES,
      SafetensorsHeader.MAX_HEADER_BYTES + 1,
      original.length,
      original.length - 8,
      original.length - 7,
      original.length - 9
    };
    for (long length : lengths) {
      ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      check(original, "length " + length);
    }
    for (int cut = 0; cut < 9; cut++) {
      check(Arrays.copyOf(original, cut), "cut to " + cut);
    }
    assertThat(opened).isZero();
  }

  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "-0",
          "00",
          "0",
          "1",
          "2",
          "4",
          "8",
          "16",
          "0.5",
          "4.0",
          "1e400",
          "4e0",
          "NaN",
          "Infinity",
          "null",
          "true",
          "\"4\"",
          "[4]",
          "{}",
          "2147483648",
          "4294967296",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "18446744073709551616",
          "9".repeat(900),
          "9".repeat(3000));

  private static final List<String> TYPES =
      List.of(
          "\"F32\"",
          "\"F32\"",
          "\"F32\"",
          "\"BF16\"",
          "\"I64\"",
          "\"U8\"",
          "\"BOOL\"",
          "\"f32\"",
          "\"F8_E4M3\"",
          "\"\"",
          "32",
          "null",
          "[\"F32\"]",
          "\"\\u001b[2J\"",
          "\"\\ud800\"");

  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "c",
          "",
          "__metadata__",
          "\\u001b[31m\\u0007",
          "\\u202e\\u0000",
          "\\ud800",
          "n".repeat(5000),
          "n".repeat(60_000),
          "\u00e9\u4e2d",
          "a\\nb");

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Numbers that are usually right: one wrong thing at a time gets past the first check. */
  private String number(String right) {
    return random.nextInt(8) == 0 ? any(NUMBERS) : right;
  }

  private String list(String... right) {
    return switch (random.nextInt(24)) {
      case 0 -> "[]";
      case 1 -> "[" + "1,".repeat(random.nextInt(100_000)) + "1]";
      case 2 -> "[0," + "4611686018427387904,".repeat(random.nextInt(4)) + "1]";
      case 3 -> any(NUMBERS);
      case 4 -> "[" + any(NUMBERS) + "," + any(NUMBERS) + "," + any(NUMBERS) + "]";
      default -> Arrays.stream(right).map(this::number).toList().toString();
    };
  }

  private String entry(int index) {
    String name = random.nextInt(4) == 0 ? any(NAMES) : String.valueOf((char) ('a' + index));
    String type = random.nextInt(4) == 0 ? any(TYPES) : "\"F32\"";
    int begin = random.nextInt(6) == 0 ? random.nextInt(24) : 8 * index;
    String extra =
        switch (random.nextInt(16)) {
          case 0 -> ",\"shape\":[2]";
          case 1 -> ",\"dtype\":\"F32\"";
          case 2 -> ",\"more\":" + "[".repeat(random.nextInt(20_000));
          case 3 -> ",\"more\":{\"x\":[1,2,{}]}";
          default -> "";
        };
    return "\"%s\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s%s}"
        .formatted(name, type, list("2"), list("" + begin, "" + (begin + 8)), extra);
  }

  private String header() {
    return switch (random.nextInt(40)) {
      case 0 -> any(List.of("", "null", "[]", "{", "{}", "{}{}", "{}x", "3", "\"\"", "\u0000{}"));
      case 1 -> "{\"a\":".repeat(1 + random.nextInt(50_000));
      case 2 -> "[".repeat(1 + random.nextInt(200_000));
      case 3 -> "{\"__metadata__\":{" + "\"k\":\"v\",".repeat(20_000) + "\"k\":1}}";
      case 4 -> "\ufeff{}";
      default -> "{" + entry(0) + "," + entry(1) + "," + entry(2) + "}";
    };
  }

  @Test
  void lyingJson() throws IOException {
    for (int i = 0; i < 8000; i++) {
      String header = header();
      byte[] json =
          header.getBytes(
              switch (random.nextInt(60)) {
                case 0 -> StandardCharsets.UTF_16LE;
                case 1 -> StandardCharsets.UTF_16;
                case 2 -> StandardCharsets.ISO_8859_1;
                default -> StandardCharsets.UTF_8;
              });
      ByteBuffer bytes =
          ByteBuffer.allocate(8 + json.length + 24)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(json.length)
              .put(json);
      check(bytes.array(), header.substring(0, Math.min(300, header.length())));
    }
    assertThat(opened).isGreaterThan(100);
    assertThat(refused).isGreaterThan(3000);
  }

  /** What is not kept takes no memory: a header of 30 MB in which nothing is a tensor. */
  @Test
  void endlessMetadata_takesNoMemory() throws IOException {
    String header =
        "{\"__metadata__\":{" + "\"key\":{\"deeper\":[]},".repeat(1_500_000) + "\"k\":1}}";
    byte[] bytes = new byte[8 + header.length()];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length())
        .put(header.getBytes(StandardCharsets.US_ASCII));

    check(bytes, "endless metadata");

    assertThat(opened).isEqualTo(1);
  }

  @Test
  void holesAndEmptyTensorsAnywhere_areAllowed() throws IOException {
    String header =
        "{\"full\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},"
            + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}";
    byte[] bytes = new byte[8 + header.length() + 24];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length())
        .put(header.getBytes(StandardCharsets.US_ASCII));

    check(bytes, header);

    assertThat(opened).isEqualTo(1);
  }
}
