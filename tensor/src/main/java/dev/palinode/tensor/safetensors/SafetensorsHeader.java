package dev.palinode.tensor.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.palinode.io.ForeignJson;
import dev.palinode.tensor.DType;
import dev.palinode.text.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: its length in eight bytes (little-endian), JSON of that length,
 * then the data, to which all offsets are relative.
 *
 * <p>The whole header is checked before it is used: a damaged or hostile file gives an {@link
 * IOException} that names the file and the entry. Tensors may lie in any order and leave holes, but
 * not overlap.
 */
final class SafetensorsHeader {
  /** The limit of the reference implementation. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  /** Position of one tensor; {@code begin} is counted from the start of the file. */
  record Entry(String name, DType type, List<Long> shape, long begin, long bytes) {
    long elements() {
      return bytes / type.bytes();
    }

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
          "%s: the header claims %s bytes, the file has %s; it is no safetensors file, or cut short"
              .formatted(file, Long.toUnsignedString(headerBytes), size));
    }
    byte[] header = readFully(channel, 8, (int) headerBytes, file).array();
    return new SafetensorsHeader(file, 8 + headerBytes, size - 8 - headerBytes).parse(header);
  }

  private Map<String, Entry> parse(byte[] header) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    ForeignJson.read(
        file, "the header", new ByteArrayInputStream(header), json -> readEntries(json, entries));
    requireDisjoint(entries);
    return Collections.unmodifiableMap(entries);
  }

  private void readEntries(JsonParser json, Map<String, Entry> entries) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IOException(file + ": the header is no JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("__metadata__")) {
        json.skipChildren();
      } else {
        SafetensorsFields fields;
        try {
          fields = SafetensorsFields.read(json);
        } catch (IllegalArgumentException e) {
          throw damaged(name, e.getMessage());
        }
        if (entries.put(name, entry(name, fields)) != null) {
          throw damaged(name, "is there twice");
        }
      }
    }
  }

  /** The fields, checked against each other and against the file. */
  private Entry entry(String name, SafetensorsFields fields) throws IOException {
    DType type = fields.type();
    long bytes = type.bytes();
    try {
      long strides = type.bytes(); // of libtorch, which counts empty dimensions as 1
      for (long dimension : fields.shape()) {
        bytes = Math.multiplyExact(bytes, dimension);
        strides = Math.multiplyExact(strides, Math.max(1, dimension));
      }
    } catch (ArithmeticException e) {
      throw damaged(name, "shape " + fields.shape() + " is larger than any memory");
    }
    long begin = fields.begin();
    long end = fields.end();
    if (begin > end || end > dataBytes) {
      throw damaged(
          name,
          "data_offsets are [%s, %s], but the file has %s bytes of data"
              .formatted(begin, end, dataBytes));
    }
    if (end - begin != bytes) {
      throw damaged(
          name,
          "shape %s of %s takes %s bytes, data_offsets give %s"
              .formatted(fields.shape(), type, bytes, end - begin));
    }
    return new Entry(name, type, fields.shape(), dataStart + begin, bytes);
  }

  private void requireDisjoint(Map<String, Entry> entries) throws IOException {
    List<Entry> sorted =
        entries.values().stream()
            .filter(entry -> entry.bytes() > 0)
            .sorted(Comparator.comparingLong(Entry::begin))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      Entry before = sorted.get(i - 1);
      if (before.begin() + before.bytes() > sorted.get(i).begin()) {
        throw damaged(
            sorted.get(i).name(), "its data overlaps that of " + Printable.quote(before.name()));
      }
    }
  }

  private IOException damaged(String name, @Nullable String what) {
    return new IOException(file + ": tensor " + Printable.quote(name) + ": " + what);
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
