package dev.palinode.cli;

import dev.palinode.cli.console.ExitCodes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Processes of one program on this machine, which find each other through environment variables.
 * The standard output of process 0 is shown; of the others only standard error, with the rank
 * before each line. One that fails ends all. None outlives this program: each {@linkplain
 * #endWithLauncher ends} when its standard input is closed, which the system does even if this
 * program is killed.
 */
final class LocalProcesses {
  /** Marks a process whose standard input is a pipe of its launcher. */
  private static final String LAUNCHER_VARIABLE = "PALINODE_LAUNCHER";

  /** Time between asking a process to end and killing it. */
  private static final Duration EXIT_GRACE = Duration.ofSeconds(2);

  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration grace;
  private final PrintStream out;
  private final PrintStream err;

  private final List<Process> processes = new ArrayList<>();
  private final List<Thread> pumps = new ArrayList<>();
  private boolean ending; // no more processes may be started

  /**
   * @param command of every process
   * @param environment variables for all, added to this program's
   * @param grace time for the others to end by themselves after one has failed
   * @param out standard output of process 0
   * @param err standard error of all
   */
  LocalProcesses(
      List<String> command,
      Map<String, String> environment,
      Duration grace,
      PrintStream out,
      PrintStream err) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.grace = grace;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs the processes to their end.
   *
   * @return 0, or the exit code of the process that failed first and not because of another one
   */
  int run(int count) throws IOException {
    try (EndSignals signals = EndSignals.endInOrder(this::askToEnd)) {
      BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
      for (int rank = 0; rank < count; rank++) {
        int number = rank;
        CompletableFuture<?> unused = start(rank, count).onExit().thenRun(() -> ended.add(number));
      }
      int failed = await(ended);
      for (Thread pump : pumps) {
        pump.join(EXIT_GRACE.toMillis()); // a grandchild may keep the pipe open
      }
      if (signals.exitCode().isPresent()) {
        return signals.exitCode().getAsInt();
      } else if (failed < 0) {
        return 0;
      }
      int exitCode = processes.get(failed).exitValue();
      err.printf(
          Locale.ROOT, "palinode: process %d of %d failed: %s%n", failed, count, reason(exitCode));
      return exitCode;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while processes ran; they are ended", e);
    } finally {
      end();
    }
  }

  /**
   * Ends this process at once when its launcher has ended for any reason. Does nothing in a process
   * that was not launched.
   *
   * @param environment of this process
   */
  static void endWithLauncher(Map<String, String> environment) {
    if (environment.containsKey(LAUNCHER_VARIABLE)) {
      background(
          () -> {
            try {
              System.in.transferTo(OutputStream.nullOutputStream());
            } finally {
              System.err.println("palinode: the launcher is gone");
              EndSignals.terminate();
            }
          });
    }
  }

  /** Has a process with this environment, and its standard input a pipe, end with this one. */
  static void endWithThis(Map<String, String> environment) {
    environment.put(LAUNCHER_VARIABLE, Long.toString(ProcessHandle.current().pid()));
  }

  private synchronized Process start(int rank, int count) throws IOException {
    if (ending) {
      throw new IOException("the program ends: process " + rank + " is not started");
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> variables = builder.environment();
    variables.putAll(environment);
    variables.put("RANK", Integer.toString(rank));
    variables.put("LOCAL_RANK", Integer.toString(rank));
    variables.put("WORLD_SIZE", Integer.toString(count));
    endWithThis(variables);
    Process process = builder.redirectOutput(rank == 0 ? Redirect.PIPE : Redirect.DISCARD).start();
    processes.add(process);
    if (rank == 0) { // not by lines: a progress bar has no line end
      pumps.add(background(() -> process.getInputStream().transferTo(out)));
      pumps.add(background(() -> process.getErrorStream().transferTo(err)));
    } else {
      String prefix = "[rank " + rank + "] ";
      pumps.add(
          background(
              () -> process.errorReader().lines().forEach(line -> err.println(prefix + line))));
    }
    return process;
  }

  /**
   * Waits for all processes to end; after a failure, only for the grace period.
   *
   * @return the rank that failed, or -1
   */
  private int await(BlockingQueue<Integer> ended) throws InterruptedException {
    int failed = -1;
    long deadline = 0;
    for (int left = processes.size(); left > 0; left--) {
      Integer rank =
          failed < 0
              ? ended.take()
              : ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (rank == null) {
        end();
        return failed;
      }
      int exitCode = processes.get(rank).exitValue();
      if (exitCode != 0 && failed < 0) {
        failed = rank;
        deadline = System.nanoTime() + grace.toNanos();
      } else if (exitCode != 0
          && exitCode != ExitCodes.LOST_PEER
          && processes.get(failed).exitValue() == ExitCodes.LOST_PEER) {
        failed = rank; // the cause; the earlier one only ended because of it
      }
    }
    return failed;
  }

  /** Forwards a signal: the terminal signals all processes, other senders only this one. */
  private synchronized boolean askToEnd() {
    ending = true;
    // Through handles: Process.destroy would also close the pipes and lose the last output.
    processes.forEach(process -> process.toHandle().destroy());
    return true;
  }

  /** Asks all remaining processes to end, then kills them. */
  private synchronized void end() {
    askToEnd();
    long deadline = System.nanoTime() + EXIT_GRACE.toNanos();
    for (Process process : processes) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }

  private static String reason(int exitCode) {
    int signal = exitCode - 128; // Java adds 128 to the number of the signal
    return signal > 0 && signal < 65
        ? "it was killed by signal " + signal + (signal == 9 ? " (out of memory?)" : "")
        : "it ended with exit code " + exitCode;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Thread background(Work work) {
    Runnable untilClosed =
        () -> {
          try {
            work.run();
          } catch (IOException | UncheckedIOException closed) {
            // the process has ended
          }
        };
    Thread thread = new Thread(untilClosed, "launched-process");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
