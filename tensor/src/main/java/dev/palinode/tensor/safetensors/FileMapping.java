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
 * Makes tensors that lie on a private mapping of a file: pages are read when they are first touched
 * and belong to the process once they are written to; the file never changes, and need not be
 * writable.
 *
 * <p>libtorch maps and unmaps: a mapping is part of the storage, and lives exactly as long as any
 * view of the tensor. Java's {@code MapMode.PRIVATE} was not taken: it demands a file that is open
 * for writing, ends at 2 GiB, and unmaps when the garbage collector comes by, which does not see
 * how much memory it would win.
 */
final class FileMapping {
  static {
    Libtorch.prepare();
  }

  private final Path file;

  /** Which file the path named when it was opened. */
  private final Object identity;

  private FileMapping(Path file, Object identity) {
    this.file = file;
    this.identity = identity;
  }

  /** What tells a file from another that takes its name later; null where the system has none. */
  static @Nullable Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /**
   * For a file that is held open while this is in use.
   *
   * @param before its {@link #identity} from before it was opened
   * @return empty where the file cannot be told from another, as on Windows (where, moreover, a
   *     mapped file could not be replaced)
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
   *     for a mapping, which reaches from the file's start to the tensor's end
   */
  Optional<Tensor> map(long begin, long elements, DType type, long[] shape) throws IOException {
    long first = begin / type.bytes();
    Tensor all;
    try {
      all =
          new Tensor(
              torch.from_file(
                  file.toString(),
                  new BoolOptional(false), // not shared: changes stay with us
                  new LongOptional(first + elements),
                  type.options()));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
    try (all;
        Tensor flat = all.narrow(0, first, elements)) { // the result alone keeps the storage
      return identity.equals(identity(file)) ? Optional.of(flat.reshape(shape)) : Optional.empty();
    }
  }
}
