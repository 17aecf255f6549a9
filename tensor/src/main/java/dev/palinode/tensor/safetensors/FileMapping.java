package dev.palinode.tensor.safetensors;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Creates tensors on a private, copy-on-write memory mapping of a file: pages are read when they
 * are first touched and copied when they are first written; the file never changes and need not be
 * writable.
 *
 * <p>libtorch maps and unmaps: a mapping is part of the storage, and lives exactly as long as any
 * view of the tensor. Java's {@code MapMode.PRIVATE} is not used: it needs a file that is open for
 * writing, is limited to 2 GiB, and is unmapped by the garbage collector, which does not see how
 * much memory it would free.
 */
final class FileMapping {
  static {
    Libtorch.prepare();
  }

  private final Path file;

  /** Identity of the file when it was opened. */
  private final Object identity;

  private FileMapping(Path file, Object identity) {
    this.file = file;
    this.identity = identity;
  }

  /** Distinguishes a file from a later one of the same name; null if the system cannot. */
  static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * The mapping of a file that is held open while this is in use.
   *
   * @param before its {@link #identity} from before it was opened
   * @return empty if the path names another file by now, or files have no identity, as on Windows
   *     (where a mapped file could not be replaced either)
   */
  static Optional<FileMapping> of(Path file, @Nullable Object before) throws IOException {
    return before != null && before.equals(identity(file))
        ? Optional.of(new FileMapping(file, before))
        : Optional.empty();
  }

  /**
   * Maps a part of the file.
   *
   * @param begin position in the file in bytes, a multiple of the type's size
   * @param elements as many as the shape has, 1 or more
   * @return empty if the path names another file by now, or the system refuses: it may have no room
   *     for the mapping, which reaches from the file's start to the tensor's end
   */
  Optional<Tensor> map(long begin, long elements, DType type, long[] shape) throws IOException {
    long first = begin / type.bytes();
    Tensor all;
    try {
      all =
          new Tensor(
              torch.from_file(
                  file.toString(),
                  new BoolOptional(false), // not shared: changes stay private
                  new LongOptional(first + elements),
                  type.options()));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
    try (all;
        Tensor flat = all.narrow(0, first, elements)) { // only the result keeps the storage
      return identity.equals(identity(file)) ? Optional.of(flat.reshape(shape)) : Optional.empty();
    }
  }
}
