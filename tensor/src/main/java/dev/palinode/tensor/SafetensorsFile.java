package dev.palinode.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;

/**
 * A safetensors file, open for reading. The header is read and checked at once, data only when a
 * tensor is asked for.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 30; // a ByteBuffer holds less than 2 GiB

  private final Path file;
  private final FileChannel channel;
  private final Map<String, SafetensorsHeader.Entry> entries;

  private SafetensorsFile(
      Path file, FileChannel channel, Map<String, SafetensorsHeader.Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.entries = entries;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read or is damaged; the message names file and tensor
   */
  public static SafetensorsFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(file, channel, SafetensorsHeader.read(file, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The names of the tensors, in the file's order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /**
   * The shape of a tensor.
   *
   * @throws IllegalArgumentException if the file has none of that name
   */
  public long[] shape(String name) {
    return entry(name).dimensions();
  }

  /**
   * The element type of a tensor.
   *
   * @throws IllegalArgumentException if the file has none of that name
   */
  public DType dtype(String name) {
    return entry(name).type();
  }

  /**
   * Reads a tensor.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if the file has none of that name
   */
  public Tensor read(String name) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    Tensor tensor = Tensors.empty(entry.type(), entry.dimensions());
    BytePointer memory = tensor.bytes();
    for (long done = 0; done < entry.bytes(); ) {
      long length = Math.min(CHUNK_BYTES, entry.bytes() - done);
      ByteBuffer target =
          new BytePointer(memory).position(done).limit(done + length).asByteBuffer();
      while (target.hasRemaining()) {
        if (channel.read(target, entry.begin() + done + target.position()) < 0) {
          throw new IOException(file + ": ends inside tensor \"" + name + "\"");
        }
      }
      done += length;
    }
    return tensor;
  }

  private SafetensorsHeader.Entry entry(String name) {
    SafetensorsHeader.Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(file + " has no tensor \"" + name + "\"");
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
