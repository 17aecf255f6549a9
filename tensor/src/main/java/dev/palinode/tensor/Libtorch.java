package dev.palinode.tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.global.torch;

/** The native library: loading, number of threads, memory, features of the processor. */
public final class Libtorch {
  private static final String BLAS = "org.bytedeco.openblas.load";

  /** JavaCPP's limit for the resident memory of the process. */
  private static final String MEMORY_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

  static {
    preferMkl();
    // JavaCPP checks it at each new tensor, which costs more than many operations.
    if (System.getProperty(MEMORY_LIMIT) == null) {
      System.setProperty(MEMORY_LIMIT, "0");
    }
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
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ": expected 1 or more");
    }
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
    return hasAvx512() && Bf16.INSTRUCTIONS;
  }

  private static String capability() {
    return torch.get_cpu_capability().getString();
  }

  /** Looked up once. */
  private static final class Bf16 {
    static final boolean INSTRUCTIONS = areListed();

    private static boolean areListed() {
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

  /** MKL, where present, is faster than OpenBLAS: docs/performance.md. */
  private static void preferMkl() {
    boolean present =
        Libtorch.class.getResource("/org/bytedeco/mkl/linux-x86_64/libmkl_rt.so.2") != null;
    if (present && System.getProperty(BLAS) == null) {
      System.setProperty(BLAS, "mkl");
    }
  }
}
