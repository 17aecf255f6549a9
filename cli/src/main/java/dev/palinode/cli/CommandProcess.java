package dev.palinode.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command of this program in a process of its own, with one compute thread. It ends when this
 * program does.
 */
final class CommandProcess {
  private CommandProcess() {}

  /**
   * Runs a command to its end.
   *
   * @param log file that gets what it prints; an earlier one is replaced
   * @return the exit code
   */
  static int run(List<String> arguments, Path log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(LaunchCommand.thisProgram());
    command.add(command.size() - 1, "-Dpalinode.terminal=false"); // before the class
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("OMP_NUM_THREADS", "1");
    LocalProcesses.endWithThis(environment);
    Files.createDirectories(log.toAbsolutePath().getParent());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }
}
