package dev.palinode.tensor.safetensors;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;

/**
 * A safetensors file, open for reading. The header is read and checked at once, data only when a
 * tensor is asked for.
 *
 * <p>Tensors are memory-mapped: they are not copied, are read from disk when they are first used,
 * and several processes share them. The mapping is private: a tensor may be changed in place, which
 * neither the file nor another tensor sees. It stays valid when the file is closed, deleted or
 * replaced by another, as {@link dev.palinode.io.AtomicFile} does; but truncating or overwriting
 * the file in place while a tensor of it is in use changes that tensor or ends the process.
 *
 * <p>Small tensors, those that are not aligned to their element size, and all tensors if the system
 * cannot map them, are read into memory instead.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final long CHUNK_BYTES = 1 << 30; // a ByteBuffer holds less than 2 GiB

  /** Smallest tensor that is mapped: for smaller ones, whole pages and a system call cost more. */
  public static final int MIN_MAPPED_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final Optional<FileMapping> mapping;
  private final Map<String, SafetensorsHeader.Entry> entries;

  private SafetensorsFile(
      Path file,
      FileChannel channel,
      Optional<FileMapping> mapping,
      Map<String, SafetensorsHeader.Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.mapping = mapping;
    this.entries = entries;
  }

  /** Opens a file; throws if it is damaged, with the name of file and tensor. */
  public static SafetensorsFile open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + (Files.exists(file) ? " is no file" : ": no such file"));
    }
    Object identity = FileMapping.identity(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafetensorsFile(
          file, channel, FileMapping.of(file, identity), SafetensorsHeader.read(file, channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The names of the tensors, in the file's order. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** The shape of one of the {@link #names}; other names are refused. */
  public long[] shape(String name) {
    return entry(name).dimensions();
  }

  /** Number of elements of one of the {@link #names}. */
  public long elements(String name) {
    return entry(name).elements();
  }

  /** The element type of one of the {@link #names}. */
  public DType dtype(String name) {
    return entry(name).type();
  }

  /**
   * A tensor of this file, which belongs to the innermost {@link TensorScope} like any other and
   * may outlive this object. Each call returns an independent tensor.
   */
  public Tensor read(String name) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    if (!channel.isOpen()) {
      throw new IOException(file + ": tensor \"" + name + "\" is asked for after closing");
    }
    if (mapping.isPresent()
        && entry.bytes() >= MIN_MAPPED_BYTES
        && entry.begin() % entry.type().bytes() == 0) {
      Optional<Tensor> mapped =
          mapping.get().map(entry.begin(), entry.elements(), entry.type(), entry.dimensions());
      if (mapped.isPresent()) {
        return mapped.get();
      }
    }
    return copy(name, entry);
  }

  private Tensor copy(String name, SafetensorsHeader.Entry entry) throws IOException {
    Tensor tensor = Tensors.empty(entry.type(), entry.dimensions());
    BytePointer memory = tensor.bytes();
    for (long done = 0; done < entry.bytes(); done += CHUNK_BYTES) {
      long end = Math.min(entry.bytes(), done + CHUNK_BYTES);
      ByteBuffer target = new BytePointer(memory).position(done).limit(end).asByteBuffer();
      while (target.hasRemaining()) {
        if (channel.read(target, entry.begin() + done + target.position()) < 0) {
          throw new IOException(file + ": ends inside tensor \"" + name + "\"");
        }
      }
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
