package dev.palinode.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** Resident memory (RSS) of this process, including native memory. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Resident bytes now, after a garbage collection; skips the test if it is unknown. */
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
