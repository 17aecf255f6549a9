package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher scripts of a clone and of a distribution, in small trees of their own, with a Maven
 * and a Java that only take notes.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LauncherTest {
  /** Builds once it may: writes down that it did, and leaves what a build leaves. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo built >> "$NOTES/builds"
      until [ -e "$NOTES/go" ]; do sleep 0.01; done
      if [ -e "$NOTES/edit" ]; then
        rm "$NOTES/edit"
        until [ core/src/main/java/A.java -nt target/palinode.built.new ]; do
          touch core/src/main/java/A.java
        done
      fi
      mkdir -p core/target/classes cli/target/classes
      echo "$NOTES/library.jar" > cli/target/palinode.classpath
      case "$*" in
        *'!ner'*) ;;
        *)
          mkdir -p ner/target/classes
          echo "$NOTES/names.jar" > ner/target/palinode.classpath
          ;;
      esac
      """;

  private static final String JAVA =
      """
      #!/bin/sh
      case "$*" in
        *-XshowSettings*) echo "    java.specification.version = 17" >&2 ;;
        *) echo "$@" ;;
      esac
      """;

  @TempDir private Path folder;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = folder.resolve("tree");
    for (String module : List.of("core", "ner", "cli")) {
      Path sources = Files.createDirectories(tree.resolve(module + "/src/main/java"));
      Files.writeString(sources.resolve("A.java"), "class A {}");
    }
    Files.writeString(folder.resolve("library.jar"), "");
    Files.writeString(folder.resolve("names.jar"), "");
    copyScript("palinode", tree.resolve("palinode"));
    copyScript("dist/src/bin/palinode", tree.resolve("dist/src/bin/palinode"));
    program("bin/mvn", MAVEN);
    program("jdk/bin/java", JAVA);
    program("jdk/bin/javac", JAVA);
  }

  private static void copyScript(String script, Path target) throws IOException {
    Path source = Path.of(System.getProperty("palinode.root", ".."), script);
    Files.createDirectories(target.getParent());
    Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private void program(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void mayBuild() throws IOException {
    Files.writeString(folder.resolve("go"), "");
  }

  private long builds() throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("builds"))) {
      return lines.count();
    }
  }

  private Process start(Path in, String outputs, String... variables) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(in.resolve("palinode").toString(), "chat");
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().put("NOTES", folder.toString());
    List.of(variables).forEach(variable -> builder.environment().put(variable, "yes"));
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (old, bin) -> bin + old);
    return builder
        .redirectOutput(folder.resolve(outputs + ".out").toFile())
        .redirectError(folder.resolve(outputs + ".err").toFile())
        .start();
  }

  private String run(Path in, String... variables) throws Exception {
    Process process = start(in, "run", variables);
    assertThat(process.waitFor())
        .as(() -> "exit code; standard error: " + read("run.err"))
        .isZero();
    return read("run.out");
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits for another process to write a text; the test's time limit ends it. */
  private void await(String file, String text) throws InterruptedException {
    while (!read(file).contains(text)) {
      Thread.sleep(5);
    }
  }

  @Test
  void aTreeThatIsCopied_runsWhatIsInTheCopy_andIsNotBuiltAgain() throws Exception {
    mayBuild();
    assertThat(run(tree))
        .contains(
            "-Dpalinode.command=" + tree + "/palinode -Dpalinode.home",
            tree + "/core/target/classes:",
            "/library.jar dev.palinode.cli");
    Path copy = folder.resolve("copy");
    Process copying = new ProcessBuilder("cp", "-Rp", tree.toString(), copy.toString()).start();
    assertThat(copying.waitFor()).isZero();

    assertThat(run(copy))
        .contains(copy + "/cli/target/classes:", copy + "/core/target/classes:")
        .doesNotContain(tree + "/");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void whatFindsNames_isBuiltOnceItIsAskedFor_andThenOnEveryClassPath() throws Exception {
    mayBuild();
    assertThat(run(tree)).doesNotContain("names.jar", "ner");

    assertThat(run(tree, "PALINODE_BUILD_NAMES")).isEmpty(); // starts nothing
    assertThat(run(tree)).contains("ner/target/classes:", "/names.jar");
    assertThat(builds()).isEqualTo(2);

    Files.delete(tree.resolve("core/target/classes"));
    assertThat(run(tree)).contains("/names.jar");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void twoCommandsAfterAnEdit_buildOnce() throws Exception {
    Process first = start(tree, "first");
    await("builds", "built");
    Process second = start(tree, "second");
    await("second.err", "waiting for process " + first.pid());
    mayBuild();

    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(builds()).isEqualTo(1);
    assertThat(read("second.out")).contains("dev.palinode.cli.Palinode chat");
    assertThat(Files.isSymbolicLink(tree.resolve("target/palinode.lock"))).isFalse();
  }

  /** Without a JDK that is named, nothing of the current folder may run in its place. */
  @Test
  void programsOfTheCurrentFolder_areNotTakenForAJdk() throws Exception {
    mayBuild();
    program("here/bin/java", "#!/bin/sh\n: > \"$NOTES/taken\"\n" + JAVA.substring(10));
    program("here/bin/javac", JAVA);
    for (String tool : List.of("bash", "dirname", "readlink", "sed", "env")) {
      program("bin/" + tool, "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
    }
    ProcessBuilder builder = new ProcessBuilder(tree.resolve("palinode").toString(), "chat");
    builder.environment().put("NOTES", folder.toString());
    builder.environment().put("PATH", folder.resolve("bin").toString());
    builder.environment().remove("JAVA_HOME");
    builder.directory(folder.resolve("here").toFile());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("run.out").toFile());

    builder.start().waitFor();

    assertThat(folder.resolve("taken")).doesNotExist();
  }

  @Test
  void theLockOfAProcessThatWasKilled_isTakenOver() throws Exception {
    mayBuild();
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Files.createDirectories(tree.resolve("target"));
    Files.createSymbolicLink(
        tree.resolve("target/palinode.lock"), Path.of(Long.toString(ended.pid())));

    assertThat(run(tree)).contains("dev.palinode.cli.Palinode chat");
  }

  @Test
  void whatIsEditedDuringABuild_isBuiltByTheNext() throws Exception {
    mayBuild();
    Files.writeString(folder.resolve("edit"), "");

    run(tree);
    run(tree);
    run(tree);

    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aModuleWhoseClassesAreGone_isBuiltAgain() throws Exception {
    mayBuild();
    run(tree);
    Files.delete(tree.resolve("core/target/classes"));

    assertThat(run(tree)).contains("core/target/classes:");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aDistribution_runsItsOwnJars_alsoThroughALink() throws Exception {
    Path unpacked = folder.toRealPath().resolve("palinode-1.0");
    copyScript("dist/src/bin/palinode", unpacked.resolve("bin/palinode"));
    Files.createSymbolicLink(folder.resolve("palinode"), unpacked.resolve("bin/palinode"));

    assertThat(run(folder))
        .contains(
            "-Dpalinode.command=" + folder.resolve("palinode") + " -Dpalinode.home=" + unpacked,
            " -cp " + unpacked + "/lib/* dev.palinode.cli");
  }

  @Test
  void aJavaThatIsTooOld_isRefused_byADistribution() throws Exception {
    copyScript("dist/src/bin/palinode", folder.resolve("palinode"));
    program("jdk/bin/java", JAVA.replace("= 17", "= 1.8"));

    assertThat(start(folder, "old").waitFor()).isEqualTo(3);
    assertThat(read("old.err")).contains("version 17 or newer is needed: set JAVA_HOME");
  }
}
