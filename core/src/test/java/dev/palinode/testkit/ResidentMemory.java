package dev.palinode.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** How much physical memory this process holds, native memory included. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Resident bytes now, after a garbage collection; skips the test where the system cannot say. */
  public static long bytes() {
    if (!Files.exists(STATUS)) {
      throw new TestAbortedException("skipped: resident memory is read from " + STATUS);
    }
    System.gc();
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new TestAbortedException("skipped: no VmRSS in " + STATUS);
  }
}
