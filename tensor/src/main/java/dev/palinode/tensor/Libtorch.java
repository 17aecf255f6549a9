package dev.palinode.tensor;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/** The native library: loading, number of threads, memory, features of the processor. */
public final class Libtorch {
  private static final boolean LISTS_BF16 = listsBf16();

  static {
    // MKL is faster than OpenBLAS: docs/performance.md.
    if (Libtorch.class.getResource("/org/bytedeco/mkl/linux-x86_64/libmkl_rt.so.2") != null) {
      setDefault("org.bytedeco.openblas.load", "mkl");
    }
    // JavaCPP checks resident memory at each new tensor, which costs more than many operations.
    setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    load();
  }

  /**
   * Loads the library while no other process of this user does. JavaCPP unpacks it at the first use
   * and would write a second time over files that another process has mapped (bytedeco/javacpp,
   * issue 608).
   */
  private static void load() {
    try (FileChannel file = FileChannel.open(lockFile(), CREATE, WRITE);
        FileLock held = file.lock()) {
      Loader.load(torch.class);
    } catch (IOException | OverlappingFileLockException noLock) {
      // A folder that cannot be written to, a file system without locks, a second class loader.
      Loader.load(torch.class);
    }
  }

  private static Path lockFile() throws IOException {
    return Loader.getCacheDir().toPath().resolve("palinode.lock");
  }

  private static void setDefault(String property, String value) {
    System.setProperty(property, System.getProperty(property, value));
  }

  private Libtorch() {}

  /** Must be called before the first use of {@code org.bytedeco.pytorch}. */
  public static void prepare() {
    // the static initialiser has done it
  }

  /** Number of threads that one operation may use. */
  public static int threads() {
    return torch.get_num_threads();
  }

  /**
   * Sets how many threads one operation may use, for all threads that have not computed yet and for
   * the calling one. Results of a run are reproducible bit for bit at a fixed number.
   *
   * @param threads at least 1
   */
  public static void setThreads(int threads) {
    Validate.isTrue(threads >= 1, "threads is %s: expected 1 or more", threads);
    torch.set_num_threads(threads);
  }

  /** Resident memory of this process, native and Java together, in bytes. */
  public static long residentBytes() {
    return Pointer.physicalBytes();
  }

  /**
   * Returns freed native memory to the system. The C library keeps it for reuse, which is of no
   * benefit after large one-time work such as packing a model's weights.
   */
  public static void trimMemory() {
    Pointer.trimMemory();
  }

  /** Whether the processor has the instructions that blocked F32 weights are laid out for. */
  static boolean hasAvx2() {
    return capability().startsWith("AVX");
  }

  /** Whether the processor has the instructions that blocked BF16 weights are laid out for. */
  static boolean hasAvx512() {
    return capability().startsWith("AVX512");
  }

  /**
   * Whether the processor has instructions for BF16 matrix products. libtorch does not report them;
   * if the system does not either, they count as missing.
   */
  static boolean hasBf16Products() {
    return hasAvx512() && LISTS_BF16;
  }

  private static String capability() {
    return torch.get_cpu_capability().getString();
  }

  private static boolean listsBf16() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(flags -> flags.contains(" avx512_bf16") || flags.contains(" amx_bf16"))
          .isPresent();
    } catch (IOException | UncheckedIOException notLinux) {
      return false;
    }
  }
}
