package dev.palinode.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An exclusive lock on a folder, until the process ends, however it ends. Has no effect on a file
 * system without locks.
 */
public final class FolderLock implements AutoCloseable {
  /** Not deleted on release: two processes could then hold locks on two files of this name. */
  private static final String FILE = ".lock";

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock; does not wait.
   *
   * @param folder created if missing
   * @param purpose shown to processes that are refused, for example "training"
   * @throws IOException if another process holds it, with its id, or the folder cannot be written
   */
  public static FolderLock take(Path folder, String purpose) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(FILE);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!lock(channel)) {
        throw new IOException(
            "%s is in use: %s. Wait until it ends, or name another folder"
                .formatted(folder, Files.readString(file).strip()));
      }
      channel.truncate(0);
      String owner = "process " + ProcessHandle.current().pid() + ", " + purpose + "\n";
      channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
      return new FolderLock(channel);
    } catch (OverlappingFileLockException e) {
      // Not read: on Linux, closing the file a second time would release the lock of the first.
      throw new IOException(folder + " is in use by this very process", e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean lock(FileChannel channel) {
    try {
      return PartialFile.lock(channel) != null;
    } catch (IOException noLocksHere) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
