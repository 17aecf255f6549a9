package dev.palinode.tensor.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;

/** Writes safetensors files as Hugging Face transformers reads them. */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK_BYTES = 1 << 30;

  /** libtorch's own alignment: vector instructions are then fastest on a mapped file too. */
  private static final int ALIGNMENT = 64;

  private SafetensorsWriter() {}

  /** Replaces {@code file} atomically; writes the tensors in that order. */
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    Map<String, TensorSource> sources = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> sources.put(name, TensorSource.of(tensor, tensor.dtype())));
    AtomicFile.replace(file, temporary -> create(temporary, sources));
  }

  /**
   * Writes or overwrites a file and forces it to disk, with one tensor in memory at a time. If this
   * throws, a partial file may remain.
   */
  public static void create(Path file, Map<String, TensorSource> tensors) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, header(tensors));
      for (TensorSource tensor : tensors.values()) {
        writeData(channel, tensor);
      }
      channel.force(true);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new IOException(
          message.contains(file.toString()) ? message : file + ": cannot be written: " + message,
          e);
    }
  }

  /**
   * The header, padded with blanks so that data begins at a multiple of {@link #ALIGNMENT}; so does
   * every tensor after others whose sizes are multiples of it, as those of matrices are.
   */
  private static ByteBuffer header(Map<String, TensorSource> tensors) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("__metadata__").put("format", "pt"); // transformers refuses files without it
    long offset = 0;
    for (Map.Entry<String, TensorSource> each : tensors.entrySet()) {
      long bytes = each.getValue().bytes();
      ObjectNode entry = root.putObject(each.getKey()).put("dtype", each.getValue().type().name());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(each.getValue().shape()).forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    byte[] json = JSON.writeValueAsBytes(root);
    int padded = (8 + json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - 8;
    byte[] blanks = " ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + padded)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(json)
        .put(blanks)
        .flip();
  }

  private static void writeData(FileChannel channel, TensorSource source) throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      BytePointer memory = source.read().bytes();
      long bytes = memory.capacity();
      for (long done = 0; done < bytes; done += CHUNK_BYTES) {
        long end = Math.min(bytes, done + CHUNK_BYTES);
        writeFully(channel, new BytePointer(memory).position(done).limit(end).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
