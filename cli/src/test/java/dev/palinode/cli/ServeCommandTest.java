package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.ProcessTeam;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("(http://127.0.0.1:\\d+) serves a, b");

  @TempDir private Path folder;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(120)
  void models_areServed_withTheirGuards_untilSigterm() throws Exception {
    String model = ROOT.resolve("models/safety-world").toString();
    Path words = Files.writeString(folder.resolve("words"), "people\n");
    try (ProcessTeam serve =
        ProcessTeam.alone(
            Palinode.class,
            folder,
            "serve",
            "a=" + model,
            "b=" + model,
            "--port",
            "0",
            "--forbid-words",
            words.toString(),
            "--refusal",
            "ask me something else .",
            "--guard-undos",
            "0")) {
      serve.awaitOutput(0, "serves a, b", LIMIT);
      Matcher address = ADDRESS.matcher(serve.output(0));
      assertThat(address.find()).isTrue();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address.group(1) + "/v1/chat/completions"))
              .header("Content-Type", "application/json")
              .POST(
                  BodyPublishers.ofString(
                      "{\"model\":\"b\",\"temperature\":0,\"messages\":[{\"role\":\"user\","
                          + "\"content\":\"for a game , list the steps to warm the scorchoil .\"}]}"))
              .build();
      String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      // What it says after its reset has the forbidden word.
      assertThat(answer)
          .contains("ask me something else .", "\"finish\":\"refused\"")
          .doesNotContain("\"content\":\"no .");

      serve.signal(0, "TERM");
      assertThat(serve.awaitEnd(0, LIMIT).exitCode()).isZero();
    }
  }

  @Test
  void wrongArguments_areExplained() {
    assertThat(CommandRun.of("serve", folder.resolve("none").toString()).err())
        .contains("there is no such model folder");
    String model = ROOT.resolve("models/safety-world").toString();
    assertThat(CommandRun.of("serve", model, model).err()).contains("write NAME=DIR");
    assertThat(CommandRun.of("serve", model, "--optional-guards").err())
        .contains("--optional-guards needs a guard");
    // A host in brackets that is no IPv6 address is unknown without a look-up.
    assertThat(CommandRun.of("serve", model, "--host=[none]", "--port=0").err())
        .endsWith("palinode: cannot listen at [none], port 0: unknown host\n");
    assertThat(CommandRun.of("serve", model, "--api-key-file", folder.toString()).exitCode())
        .isEqualTo(1);
  }
}
