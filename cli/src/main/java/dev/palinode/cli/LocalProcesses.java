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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Processes of one program on this machine, which find each other by variables of their
 * environment. Process 0 prints for all; of the others only standard error is shown, with their
 * number before each line. One that fails ends all. None outlives this program: each {@linkplain
 * #endWithLauncher ends} when the pipe to its standard input is closed, which the system does for a
 * program that is killed.
 */
final class LocalProcesses {
  /** Tells a process that its standard input is a pipe of its launcher. */
  private static final String LAUNCHER_VARIABLE = "PALINODE_LAUNCHER";

  /** For a process that is asked to end, before it is killed. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final List<String> command;
  private final Map<String, String> environment;
  private final Duration grace;
  private final PrintStream out;
  private final PrintStream err;

  private final List<Process> processes = new ArrayList<>();
  private final List<Thread> pumps = new ArrayList<>();
  private boolean ending; // nothing may be started any more

  /**
   * @param command what every process runs
   * @param environment variables that all have, beside this program's own
   * @param grace after one has failed, for the others to notice and end by themselves
   * @param out where the standard output of process 0 goes
   * @param err where the errors of all go
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
   * @return 0, or the exit code of the one that failed first (rather than because another had)
   */
  int run(int count) throws IOException {
    try (EndSignals signals = EndSignals.endInOrder(this::askToEnd)) {
      BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();
      for (int rank = 0; rank < count; rank++) {
        int number = rank;
        Process process = start(rank, count);
        background(
            () -> {
              process.onExit().join();
              ended.add(number);
            });
      }
      int failed = await(ended);
      for (Thread pump : pumps) {
        pump.join(LAST_WORDS.toMillis()); // a grandchild may hold the pipe open for long
      }
      if (signals.exitCode().isPresent()) {
        return signals.exitCode().getAsInt();
      } else if (failed < 0) {
        return 0;
      }
      int exitCode = processes.get(failed).exitValue();
      err.printf(
          Locale.ROOT, "palinode: process %d of %d failed: %s%n", failed, count, how(exitCode));
      return exitCode;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while processes ran; they are ended", e);
    } finally {
      end();
    }
  }

  /**
   * Has this process end at once when the program that launched it has ended, however that came.
   * Does nothing in a process that was not launched.
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
    variables.put(LAUNCHER_VARIABLE, Long.toString(ProcessHandle.current().pid()));
    Process process = builder.redirectOutput(rank == 0 ? Redirect.PIPE : Redirect.DISCARD).start();
    processes.add(process);
    if (rank == 0) { // byte by byte: a progress bar is not a whole line
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
   * Waits for all to end; once one has failed, not for long.
   *
   * @return the one that failed, or -1
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
        failed = rank; // the cause; the earlier one had only been quicker to leave
      }
    }
    return failed;
  }

  /** Passes a signal on: one from the terminal they have already, another one not. */
  private synchronized boolean askToEnd() {
    ending = true;
    // By their handles: the process itself would also close the pipes, and lose its last words.
    processes.forEach(process -> process.toHandle().destroy());
    return true;
  }

  /** Asks all that are left to end, then kills them. */
  private synchronized void end() {
    askToEnd();
    long deadline = System.nanoTime() + LAST_WORDS.toNanos();
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

  private static String how(int exitCode) {
    int signal = exitCode - 128; // how Java shows what killed a process
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
            // by the end of the process
          }
        };
    Thread thread = new Thread(untilClosed, "launched-process");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
