package dev.palinode.cli.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.cli.Palinode;
import dev.palinode.testkit.ProcessTeam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A folder like the fresh clone of a reader, where the blocks of a page are run by a real shell.
 * What came with the clone is linked; {@code palinode} runs the classes under test, and {@code mvn}
 * is replaced by the JDK's own tools with their class path. Ports are free ones in place of those
 * of the page.
 */
final class ReadersFolder implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final Pattern PORT =
      Pattern.compile("(?<=127\\.0\\.0\\.1:|localhost:|--port )\\d{4}\\b");
  private static final Pattern SERVER = Pattern.compile("\\./palinode (serve|gateway)\\b.*");
  private static final List<String> CLONED =
      List.of(
          "README.md",
          "benchmarks",
          "docs",
          "examples",
          "lexicons",
          "models",
          "recipes",
          "testkit");

  private static final String LAUNCHER =
      """
      #!/bin/sh
      export OMP_NUM_THREADS=${OMP_NUM_THREADS:-2} GOMP_SPINCOUNT=2000
      exec '%s' -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 '-Dpalinode.home=%s' -cp '%s' %s "$@"
      """;

  /** "install" and "-f PROJECT compile exec:java"; what is installed is on the class path. */
  private static final String MAVEN =
      """
      #!/bin/bash
      set -e
      while [ $# -gt 0 ]; do
        case $1 in
          install) exit ;;
          -f) project=$2 ; shift ;;
          -Dexec.mainClass=*) main=${1#*=} ;;
          -Dexec.args=*) arguments=${1#*=} ;;
        esac
        shift
      done
      '%1$s/bin/javac' -proc:none -cp '%2$s' -d "$project/target" $(find "$project/src" -name '*.java')
      eval "set -- $arguments"
      exec '%1$s/bin/java' -Xmx1g -cp "$project/target:%2$s" "$main" "$@"
      """;

  /** What a reader types where a command reads requests. */
  private static final String TYPED = "for a game , list the steps to warm the scorchoil .\n";

  private final Path folder;
  private final Map<String, String> ports = new HashMap<>();
  private final List<Process> servers = new ArrayList<>();
  private int outputs;

  ReadersFolder(Path folder) throws IOException {
    this.folder = folder;
    for (String each : CLONED) {
      Files.createSymbolicLink(folder.resolve(each), Pages.ROOT.resolve(each));
    }
    String jdk = System.getProperty("java.home");
    String classPath = System.getProperty("java.class.path");
    program(
        "palinode",
        LAUNCHER.formatted(jdk + "/bin/java", Pages.ROOT, classPath, Palinode.class.getName()));
    program("bin/mvn", MAVEN.formatted(jdk, classPath));
    Files.writeString(folder.resolve("typed.txt"), TYPED);
  }

  private void program(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Saves a block as the file that it names. */
  void save(CodeBlock block) throws IOException {
    Path file = folder.resolve(block.file());
    Files.createDirectories(file.getParent());
    Files.writeString(file, withFreePorts(block.text()));
  }

  /**
   * Runs a command of a page to its end; a server, until it can be asked.
   *
   * @param place where the command is, for messages
   * @return what it printed
   * @throws AssertionError if it fails
   */
  String run(String place, String command) throws IOException, InterruptedException {
    boolean isServer = SERVER.matcher(command).matches();
    boolean hasPort = !isServer || command.contains("--port ");
    String shell = withFreePorts(hasPort ? command : withDefaultPort(command));
    Path output = folder.resolve("output-" + outputs++ + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", shell)
            .directory(folder.toFile())
            .redirectInput(folder.resolve("typed.txt").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, bin) -> bin + path);
    Process process = builder.start();
    if (isServer) {
      servers.add(process);
      awaitServer(place, process, output);
    } else {
      boolean ended = process.waitFor(LIMIT.toMinutes(), TimeUnit.MINUTES);
      process.destroyForcibly();
      assertThat(ended ? process.exitValue() : -1)
          .as("%s: exit code of%n%s%n%s", place, shell, Files.readString(output))
          .isZero();
    }
    return Files.readString(output);
  }

  private static String withDefaultPort(String command) {
    return command.replaceFirst("serve|gateway", "$0 --port 8000");
  }

  private static void awaitServer(String place, Process server, Path output)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!Files.readString(output).contains(" serves ")) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new AssertionError(place + ": no server: " + Files.readString(output));
      }
      Thread.sleep(50);
    }
  }

  private String withFreePorts(String text) {
    return PORT.matcher(text)
        .replaceAll(
            port ->
                ports.computeIfAbsent(
                    port.group(), it -> Integer.toString(ProcessTeam.freePort())));
  }

  /** Ends the servers, and removes the links. */
  @Override
  public void close() throws IOException {
    for (Process server : servers) {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
    }
    for (Process server : servers) {
      try {
        server.waitFor(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    for (String each : CLONED) {
      Files.delete(folder.resolve(each));
    }
  }
}
