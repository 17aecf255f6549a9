package dev.palinode.cli;

import dev.palinode.cli.options.OptionCheck;
import dev.palinode.tensor.distributed.Rendezvous;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode launch}: runs a command in several processes that work together. */
@Command(
    name = "launch",
    description = {
      "Run a command in several processes on this machine that work together.",
      "",
      "On GPUs: a process for each. On the CPU: the cores are divided among them. If one fails,"
          + " all end. They meet at MASTER_ADDR and MASTER_PORT where these are set. To use several"
          + " machines, start the same command on each yourself, with RANK, WORLD_SIZE, LOCAL_RANK,"
          + " MASTER_ADDR and MASTER_PORT set as for PyTorch.",
      "",
      "Example: palinode launch --processes 2 train RECIPE key=value"
    })
final class LaunchCommand implements Callable<Integer> {
  /** Time for processes to notice that one has failed, and to report it. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  @Option(names = "--processes", required = true, description = "How many, 1 or more.")
  private int processes;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description =
          "How long a process waits for the others before it treats them as lost. Default: "
              + Rendezvous.TIMEOUT_VARIABLE
              + ", or 600.")
  private @Nullable Integer timeout;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "A command of palinode with its arguments.")
  private List<String> command;

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeast(1, "--processes", processes);
    OptionCheck.atLeast(1, "--timeout", timeout);
    List<String> whole = new ArrayList<>(thisProgram());
    whole.addAll(command);
    return new LocalProcesses(whole, environment(), GRACE, System.out, System.err).run(processes);
  }

  private Map<String, String> environment() throws IOException {
    int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / processes);
    Map<String, String> environment = new HashMap<>();
    environment.put("MASTER_ADDR", "127.0.0.1");
    if (System.getenv("MASTER_PORT") == null) {
      environment.put("MASTER_PORT", Integer.toString(freePort()));
    }
    environment.put("OMP_NUM_THREADS", Integer.toString(cores));
    // NCCL would otherwise end the process when a peer is lost, before Java can report it.
    environment.put("TORCH_NCCL_BLOCKING_WAIT", "1");
    environment.keySet().removeAll(System.getenv().keySet()); // what is set stays
    if (timeout != null) {
      environment.put(Rendezvous.TIMEOUT_VARIABLE, Integer.toString(timeout));
    }
    return environment;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The command line of this program, without its arguments. */
  static List<String> thisProgram() {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-agentlib:jdwp") && !option.startsWith("-Xrunjdwp")) {
        command.add(option); // the debugger's port is in use
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Palinode.class.getName());
    return command;
  }
}
