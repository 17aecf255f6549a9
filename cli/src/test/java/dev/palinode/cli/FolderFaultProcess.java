package dev.palinode.cli;

import dev.palinode.io.AtomicFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The process that mutated folders are opened in: it may be ended by any of them. Arguments: a
 * folder with base models (and in {@code adapters/NAME} adapters of these), a folder to work in,
 * the first seed, the step from seed to seed, and the seed to stop before. A line for each seed:
 * when it begins and what came of it.
 */
final class FolderFaultProcess {
  private static final long MAX_CPU_NANOS = 5_000_000_000L;
  private static final long SLACK_KB = 96_000; // code that is compiled, libraries' own memory

  private static volatile long began;

  private FolderFaultProcess() {}

  public static void main(String[] args) throws Exception {
    Path bases = Path.of(args[0]);
    Path work = Path.of(args[1]);
    warm(bases);
    watch(Thread.currentThread().getId());
    for (long seed = Long.parseLong(args[2]);
        seed < Long.parseLong(args[4]);
        seed += Long.parseLong(args[3])) {
      Path model = work.resolve("model");
      Path adapter = work.resolve("adapter");
      boolean hasAdapter = mutate(bases, model, adapter, seed);
      System.out.println("seed " + seed);
      forgetPeak();
      long before = peakKb();
      began = cpuNanos(Thread.currentThread().getId());
      String outcome = outcome(model, hasAdapter ? List.of(adapter) : List.of(), work);
      began = 0;
      long grown = peakKb() - before;
      if (grown > 2 * size(model) / 1000 + SLACK_KB) {
        outcome = "too much memory: " + grown + " kB; " + outcome;
      }
      System.out.println("done " + outcome.replaceAll("\\s+", " "));
    }
  }

  private static void warm(Path bases) throws IOException {
    try (Stream<Path> all = Files.list(bases)) {
      for (Path base : all.filter(it -> !it.endsWith("adapters")).sorted().toList()) {
        FolderTrial.use(base, adapters(bases, base));
      }
    }
  }

  private static List<Path> adapters(Path bases, Path base) {
    Path adapter = bases.resolve("adapters").resolve(base.getFileName());
    return Files.isDirectory(adapter) ? List.of(adapter) : List.of();
  }

  /** A mutated copy of a base, or of its adapter. */
  private static boolean mutate(Path bases, Path model, Path adapter, long seed)
      throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.list(bases)) {
      all = found.filter(it -> !it.endsWith("adapters")).sorted().toList();
    }
    Path base = all.get((int) (seed % all.size()));
    AtomicFolder.delete(model);
    AtomicFolder.delete(adapter);
    link(base, model);
    List<Path> adapters = adapters(bases, base);
    for (Path each : adapters) {
      link(each, adapter);
    }
    new FolderMutation(seed, adapters.isEmpty() || seed / all.size() % 2 == 0 ? model : adapter)
        .apply();
    return !adapters.isEmpty();
  }

  private static void link(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.createLink(to.resolve(file.getFileName()), file);
      }
    }
  }

  private static String outcome(Path model, List<Path> adapters, Path work) {
    try {
      FolderTrial.use(model, adapters);
      return "worked";
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      boolean isNamed = String.valueOf(e.getMessage()).contains(work.toString());
      return isNamed ? "refused" : "stray: without a file: " + e + at(e);
    } catch (Throwable e) {
      return "stray: " + e + at(e);
    }
  }

  private static String at(Throwable e) {
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frames.size() < 4 && frame.getClassName().startsWith("dev.palinode")) {
        frames.add(frame.toString());
      }
    }
    return " at " + frames + (e.getCause() == null ? "" : " because of " + e.getCause());
  }

  /** Ends the process over an input that keeps its thread busy for more than five seconds. */
  private static void watch(long thread) {
    Thread watchdog =
        new Thread(
            () -> {
              while (true) {
                long start = began;
                if (start != 0 && cpuNanos(thread) - start > MAX_CPU_NANOS && start == began) {
                  System.out.println("done hang");
                  Runtime.getRuntime().halt(9);
                }
                try {
                  Thread.sleep(200);
                } catch (InterruptedException e) {
                  return;
                }
              }
            });
    watchdog.setDaemon(true);
    watchdog.start();
  }

  private static long cpuNanos(long thread) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.getThreadCpuTime(thread);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The most memory that the process has held since the last call of {@link #forgetPeak}. */
  private static long peakKb() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0; // another system: not measured
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static void forgetPeak() throws IOException {
    Path forget = Path.of("/proc/self/clear_refs");
    if (Files.isWritable(forget)) {
      Files.writeString(forget, "5");
    }
  }
}
