package dev.palinode.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Real processes that run one class: several that form a group, each with the environment variables
 * of {@code torchrun}, or one alone. Closing kills the remaining ones.
 */
public final class ProcessTeam implements AutoCloseable {
  /**
   * The end of a process.
   *
   * @param exitCode 128 and the signal's number if one killed it
   * @param output its standard output and error
   */
  public record End(int exitCode, String output) {}

  private final List<Process> processes = new ArrayList<>();
  private final List<Path> outputs = new ArrayList<>();

  private ProcessTeam() {}

  /**
   * Starts a class with a {@code main} method several times.
   *
   * @param patience how long the processes wait for each other, whole seconds
   */
  public static ProcessTeam start(
      Class<?> main, int size, Duration patience, Path folder, String... arguments) {
    ProcessTeam team = new ProcessTeam();
    int port = freePort();
    try {
      for (int rank = 0; rank < size; rank++) {
        Map<String, String> environment =
            Map.of(
                "RANK", Integer.toString(rank),
                "LOCAL_RANK", Integer.toString(rank),
                "WORLD_SIZE", Integer.toString(size),
                "MASTER_ADDR", "127.0.0.1",
                "MASTER_PORT", Integer.toString(port),
                "PALINODE_PEER_TIMEOUT", Long.toString(patience.toSeconds()));
        team.add(main, environment, folder, arguments);
      }
    } catch (IOException e) {
      team.close();
      throw new UncheckedIOException(e);
    }
    return team;
  }

  /** Starts a class with a {@code main} method once, in a folder that is its working directory. */
  public static ProcessTeam alone(Class<?> main, Path folder, String... arguments) {
    ProcessTeam team = new ProcessTeam();
    try {
      team.add(main, Map.of(), folder, arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return team;
  }

  private void add(Class<?> main, Map<String, String> environment, Path folder, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(hearingInterrupts());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(folder, "process-" + processes.size() + "-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().putAll(environment);
    outputs.add(output);
    processes.add(builder.start());
  }

  /** Restores SIGINT, which background jobs of a shell ignore, and so do their children. */
  private static List<String> hearingInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return List.of();
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn:0")
            .substring(7)
            .strip();
    boolean interrupts = (Long.parseUnsignedLong(ignored, 16) & 1 << (2 - 1)) != 0;
    return interrupts ? List.of("env", "--default-signal=INT") : List.of();
  }

  /** A free port of this machine. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The output of a process so far. */
  public String output(int rank) {
    try {
      return Files.readString(outputs.get(rank));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a process has printed some text. */
  public void awaitOutput(int rank, String text, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!output(rank).contains(text)) {
      if (System.nanoTime() > end || !processes.get(rank).isAlive()) {
        throw new AssertionError("process " + rank + " did not say " + text + ":\n" + output(rank));
      }
      Thread.sleep(10);
    }
  }

  /** Waits for the end of a process. */
  public End awaitEnd(int rank, Duration limit) throws InterruptedException {
    if (!processes.get(rank).waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(
          "process " + rank + " still runs after " + limit + ":\n" + output(rank));
    }
    return new End(processes.get(rank).exitValue(), output(rank));
  }

  /** The handle of a process, which also gives access to its children. */
  public ProcessHandle handle(int rank) {
    return processes.get(rank).toHandle();
  }

  /** Sends a signal to a process: {@code KILL}, {@code STOP}. */
  public void signal(int rank, String signal) throws IOException, InterruptedException {
    signal(processes.get(rank).toHandle(), signal);
  }

  /** Sends a signal to any process: {@code KILL}, {@code STOP}. */
  public static void signal(ProcessHandle process, String signal)
      throws IOException, InterruptedException {
    String id = Long.toString(process.pid());
    new ProcessBuilder("kill", "-" + signal, id).start().waitFor();
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      process.onExit().join();
    }
  }
}
