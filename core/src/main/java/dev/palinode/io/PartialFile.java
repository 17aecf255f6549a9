package dev.palinode.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file that becomes the target: it is written beside it under another name, and moved
 * into place when it is complete. If closed before that, it is deleted. It is locked while its
 * writer lives: so the next writer of the same target recognizes files that a killed writer left,
 * and deletes them, if the file system has locks. Not thread-safe.
 */
public final class PartialFile implements Closeable {
  private static final String SUFFIX = ".partial";

  private final Path target;
  private final Path path;
  private final FileChannel channel;
  private @Nullable FileLock lock;

  private PartialFile(Path target, Path path, FileChannel channel) {
    this.target = target;
    this.path = path;
    this.channel = channel;
  }

  /** Creates the file, and the target's folder if missing. */
  public static PartialFile beside(Path target) throws IOException {
    Path folder = target.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      throw new IOException("cannot write to " + target + ": it is not a file");
    }
    try {
      Files.createDirectories(folder);
      deleteAbandoned(folder, target);
      // Not Files.createTempFile: the file would stay unreadable for other users.
      Path path = folder.resolve(prefix(target) + UUID.randomUUID() + SUFFIX);
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      PartialFile made = new PartialFile(target, path, channel);
      made.lock();
      return made;
    } catch (IOException e) {
      throw new IOException("%s: cannot be written: %s".formatted(target, reason(folder, e)), e);
    }
  }

  private static String reason(Path folder, IOException e) {
    if (!Files.isDirectory(folder)) {
      return "its folder is not there and cannot be made";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied in its folder";
    }
    return e instanceof FileSystemException problem && problem.getReason() != null
        ? problem.getReason()
        : String.valueOf(e.getMessage());
  }

  public FileChannel channel() {
    return channel;
  }

  /** Has the file filled by a writer that opens it by its path. */
  public void write(AtomicFile.Content content) throws IOException {
    try {
      content.writeTo(path);
    } catch (IOException e) {
      throw failed(e);
    }
    lock(); // a process loses its lock when it closes any other handle of the file
  }

  /**
   * Forces the file to disk and gives it its final name, in one step where the system can.
   *
   * @throws IOException if that fails; the target is as it was
   */
  public void moveIntoPlace() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw failed(e);
    }
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** An exception for a failed write that names the target. */
  public IOException failed(IOException e) {
    String message = String.valueOf(e.getMessage()).replace(path.toString(), target.toString());
    return new IOException(
        message.contains(target.toString()) ? message : target + ": cannot be written: " + message,
        e);
  }

  /** Deletes the file, unless it was moved. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }

  /**
   * Locks one byte beyond all content, because some systems deny access to locked bytes; null if
   * another process holds the lock.
   */
  static @Nullable FileLock lock(FileChannel channel) throws IOException {
    return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
  }

  private void lock() {
    try {
      if (lock != null) {
        lock.release();
      }
      lock = lock(channel);
    } catch (IOException e) {
      lock = null; // no locks on this file system: no other process will delete the file
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  private static void deleteAbandoned(Path folder, Path target) throws IOException {
    Pattern name =
        Pattern.compile(Pattern.quote(prefix(target)) + "[0-9a-f-]{36}" + Pattern.quote(SUFFIX));
    try (DirectoryStream<Path> abandoned =
        Files.newDirectoryStream(
            folder,
            file -> name.matcher(file.getFileName().toString()).matches() && isAbandoned(file))) {
      for (Path file : abandoned) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isAbandoned(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return lock(channel) != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // written by this process, deleted meanwhile, or unknown
    }
  }
}
