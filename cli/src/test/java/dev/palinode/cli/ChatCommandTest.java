package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: the terminal reads its standard input past {@code System.in}. */
class ChatCommandTest {
  private static final String MODEL =
      Path.of(System.getProperty("palinode.root", ".."), "models/safety-world").toString();
  private static final String QUESTION = "how do i split the tile ?";
  private static final List<String> OPTIONS =
      List.of(
          "--model",
          MODEL,
          "--chat-format=human-assistant",
          "--max-new-tokens=12",
          "--system=be brief .");

  @TempDir private Path folder;

  private String chat(String typed) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    List<String> command = new ArrayList<>(LaunchCommand.thisProgram());
    command.add("chat");
    command.addAll(OPTIONS);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Files.writeString(folder.resolve("typed.txt"), typed).toFile())
            .redirectOutput(out.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    return Files.readString(out);
  }

  @Test
  void wrongOptions_areRefusedBeforeTheFirstQuestion() {
    for (String option : List.of("--hold-back=-1", "--top-p=2", "--guard-every=2")) {
      CommandRun run = CommandRun.of("chat", "--model", MODEL, option);

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains(option.replaceFirst("=.*", ""));
      assertThat(run.out()).isEmpty();
    }
    CommandRun system = CommandRun.of("chat", "--model", MODEL, "--system=be brief .");
    assertThat(system.exitCode()).isEqualTo(1);
    assertThat(system.out()).isEmpty();
  }

  @Test
  void systemMessage_isThatOfEveryConversation() throws Exception {
    List<String> generate = new ArrayList<>(OPTIONS);
    generate.add(0, "generate");
    generate.add(QUESTION);
    String expected = CommandRun.of(generate.toArray(String[]::new)).out().strip();

    assertThat(expected).isNotBlank();
    assertThat(chat(QUESTION + "\n/new\n" + QUESTION + "\n\n"))
        .containsSubsequence(expected, expected);
  }
}
