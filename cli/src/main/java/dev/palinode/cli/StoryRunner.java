package dev.palinode.cli;

import dev.palinode.cli.console.Errors;
import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShellCommand;
import dev.palinode.demo.story.StoryCommand;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.AtomicFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs the commands of the demo, several at a time, and shows each before it begins. A finished one
 * leaves its own text in the folder of its run, and is not run again; one that was interrupted
 * resumes. A finished run of another command is replaced.
 */
final class StoryRunner {
  /** File in the folder of a finished run with the command that made it. */
  static final String COMMAND_FILE = "command.txt";

  /** File there with what the command printed. */
  private static final String LOG_FILE = "output.txt";

  /** Runs one command to its end. */
  interface Launcher {
    /**
     * @param log file for what it prints
     * @return the exit code
     */
    int run(List<String> arguments, Path log) throws IOException, InterruptedException;
  }

  private final Launcher launcher;
  private final int workers;
  private final ProgressLine progress;
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private double seconds;
  private double secondsDone;

  /**
   * @param workers commands that run at a time, at least 1
   */
  StoryRunner(Launcher launcher, int workers, ProgressLine progress) {
    this.launcher = launcher;
    this.workers = workers;
    this.progress = progress;
  }

  /**
   * Runs all commands that are not finished, the longest first, so that none is left alone at the
   * end.
   *
   * @return a line for each that failed; the others are finished
   * @throws IOException if a folder cannot be read
   */
  List<String> run(List<StoryCommand> commands) throws IOException {
    List<StoryCommand> open = open(commands);
    seconds = open.stream().mapToDouble(StoryCommand::seconds).sum();
    ExecutorService executor = Executors.newFixedThreadPool(workers);
    open.stream()
        .sorted(Comparator.comparingDouble(StoryCommand::seconds).reversed())
        .forEach(command -> executor.execute(() -> run(command)));
    executor.shutdown();
    try {
      executor.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS);
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted; give the same command again to continue", e);
    }
    return List.copyOf(failures);
  }

  /** The commands that are not finished. */
  static List<StoryCommand> open(List<StoryCommand> commands) throws IOException {
    List<StoryCommand> open = new ArrayList<>();
    for (StoryCommand command : commands) {
      Path file = command.output().resolve(COMMAND_FILE);
      // Palinode may have been started by another name then.
      String ending = " " + ShellCommand.arguments(command.arguments()) + "\n";
      if (!Files.exists(file) || !Files.readString(file).endsWith(ending)) {
        open.add(command);
      }
    }
    return open;
  }

  private void run(StoryCommand command) {
    Path log = command.output().resolve(LOG_FILE);
    progress.say(text(command));
    try {
      if (Files.exists(command.output().resolve(COMMAND_FILE))) {
        AtomicFolder.delete(command.output());
      }
      int exitCode = launcher.run(command.arguments(), log);
      if (exitCode == ExitCodes.DONE) {
        AtomicFile.replace(command.output().resolve(COMMAND_FILE), text(command) + '\n');
      } else {
        failed(command, "it ended with exit code " + exitCode + "; see " + log);
      }
    } catch (IOException e) {
      failed(command, Errors.message(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    advanced(command);
  }

  private void failed(StoryCommand command, String why) {
    failures.add(text(command) + ": " + why);
  }

  private synchronized void advanced(StoryCommand command) {
    secondsDone += command.seconds();
    progress.show(
        secondsDone / seconds, "seed " + command.seed() + ": " + command.output().getFileName());
  }

  /** The command as a shell reads it. */
  static String text(StoryCommand command) {
    return ShellCommand.text(command.arguments());
  }
}
