package dev.palinode.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of contents of a safetensors file: eight bytes of length (little-endian), that many
 * bytes of JSON, then the data, to which all offsets are relative.
 *
 * <p>The header is checked whole before anything is believed: a damaged or hostile file gives an
 * {@link IOException} that names the file and the entry.
 */
final class SafetensorsHeader {
  /** As in the reference implementation: no honest header is larger. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Where one tensor lies: {@code begin} is counted from the start of the file. */
  record Entry(String name, DType type, List<Long> shape, long begin, long bytes) {
    long[] dimensions() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  private final Path file;
  private final long dataStart;
  private final long dataBytes;

  private SafetensorsHeader(Path file, long dataStart, long dataBytes) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataBytes = dataBytes;
  }

  /** Reads and checks the header; entries keep the order of the file. */
  static Map<String, Entry> read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw new IOException(
          file + ": " + size + " bytes are too few for a safetensors file; is it cut short?");
    }
    long headerBytes = readFully(channel, 0, 8, file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 2 || headerBytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
      throw new IOException(
          file
              + ": the header claims "
              + Long.toUnsignedString(headerBytes)
              + " bytes, the file has "
              + size
              + "; it is no safetensors file, or cut short");
    }
    byte[] header = readFully(channel, 8, (int) headerBytes, file).array();
    return new SafetensorsHeader(file, 8 + headerBytes, size - 8 - headerBytes).parse(header);
  }

  private Map<String, Entry> parse(byte[] header) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(header);
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": the header is no JSON: " + e.getOriginalMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw new IOException(file + ": the header is no JSON object");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (!property.getKey().equals("__metadata__")) {
        entries.put(property.getKey(), entry(property.getKey(), property.getValue()));
      }
    }
    requireDisjoint(entries);
    return Collections.unmodifiableMap(entries);
  }

  private Entry entry(String name, JsonNode node) throws IOException {
    DType type;
    try {
      type = DType.ofSafetensors(node.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw damaged(name, e.getMessage());
    }
    List<Long> shape = new ArrayList<>();
    long elements = 1;
    if (!node.path("shape").isArray()) {
      throw damaged(name, "shape is missing");
    }
    try {
      for (JsonNode dimension : node.path("shape")) {
        shape.add(count(name, "shape", dimension));
        elements = Math.multiplyExact(elements, dimension.longValue());
      }
      elements = Math.multiplyExact(elements, type.bytes());
    } catch (ArithmeticException e) {
      throw damaged(name, "shape " + node.path("shape") + " is larger than any memory");
    }
    JsonNode offsets = node.path("data_offsets");
    if (offsets.size() != 2) {
      throw damaged(name, "data_offsets are " + offsets + ", expected two numbers");
    }
    long begin = count(name, "data_offsets", offsets.get(0));
    long end = count(name, "data_offsets", offsets.get(1));
    if (begin > end || end > dataBytes) {
      throw damaged(
          name,
          "data_offsets are " + offsets + ", but the file has " + dataBytes + " bytes of data");
    }
    if (end - begin != elements) {
      throw damaged(
          name,
          "shape "
              + shape
              + " of "
              + type
              + " takes "
              + elements
              + " bytes, data_offsets give "
              + (end - begin));
    }
    return new Entry(name, type, List.copyOf(shape), dataStart + begin, end - begin);
  }

  private long count(String name, String field, JsonNode node) throws IOException {
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw damaged(
          name, field + " has " + node + ", expected a whole number that is not negative");
    }
    return node.longValue();
  }

  private void requireDisjoint(Map<String, Entry> entries) throws IOException {
    List<Entry> sorted =
        entries.values().stream().sorted(Comparator.comparingLong(Entry::begin)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      if (before.begin() + before.bytes() > sorted.get(i).begin()) {
        throw damaged(sorted.get(i).name(), "its data overlaps that of " + before.name());
      }
    }
  }

  private IOException damaged(String name, @Nullable String what) {
    return new IOException(file + ": tensor \"" + name + "\": " + what);
  }

  private static ByteBuffer readFully(FileChannel channel, long position, int bytes, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException(file + ": ends early");
      }
    }
    return buffer.flip();
  }
}
