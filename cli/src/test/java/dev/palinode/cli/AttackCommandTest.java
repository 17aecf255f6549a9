package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.io.JsonFiles;
import dev.palinode.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code palinode attack} on the model that is shipped, and on a served one. */
class AttackCommandTest {
  private static final Path MODEL =
      Path.of(System.getProperty("palinode.root", ".."), "models/safety-world");
  private static final int BEHAVIORS = 3;

  @TempDir private Path folder;
  private Path behaviors;

  @BeforeEach
  void write() throws IOException {
    behaviors = folder.resolve("behaviors.jsonl");
    List<String> all = Files.readAllLines(MODEL.resolve("behaviors.jsonl"));
    Files.write(behaviors, all.subList(0, BEHAVIORS));
  }

  private CommandRun attack(String name, String output, String... arguments) {
    List<String> all = new ArrayList<>(List.of("attack", name, "--judge", "safety-world"));
    all.addAll(List.of("--behaviors", behaviors.toString(), "--max-new-tokens", "40"));
    all.addAll(List.of("--output", folder.resolve(output).toString()));
    all.addAll(List.of(arguments));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private CommandRun local(String name, String output, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--model", MODEL.toString()));
    all.addAll(List.of(arguments));
    return attack(name, output, all.toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prefilling --depth 12",
        "middle-filling --depth 2",
        "best-of-n --n 3 --perturbations word-order",
        "decoding-parameters --max-queries 5",
        "pair --wordings WORDINGS --streams 2 --depth 2",
        "reprogramming",
        "special-tokens",
        "gcg --steps 2 --candidates 8 --suffix-tokens 4",
        "adaptive-gcg --steps 2 --candidates 8 --suffix-tokens 4",
        "autodan --seeds SEEDS --paraphrases PARAPHRASES --population 4 --generations 2"
      })
  void everyAttack_runsOnALocalModel_andTwiceTheSame(String command) throws IOException {
    String[] words =
        command
            .replace("WORDINGS", MODEL.resolve("wordings.txt").toString())
            .replace("SEEDS", MODEL.resolve("autodan-seeds.txt").toString())
            .replace("PARAPHRASES", MODEL.resolve("autodan-paraphrases.txt").toString())
            .split(" ", -1);
    String[] options = List.of(words).subList(1, words.length).toArray(String[]::new);
    for (String output : List.of("one", "two")) {
      CommandRun run = local(words[0], output, options);
      assertThat(run.err()).isEmpty();
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("final answer unsafe: ", "unsafe text shown: ", "spent: ");
    }
    assertThat(results("one")).isNotEmpty().isEqualTo(results("two"));
    JsonNode attack = summary("one").path("attacks").path(words[0]);
    assertThat(attack.path("behaviors").path("attacked").asInt()).isEqualTo(BEHAVIORS);
    assertThat(attack.path("metrics").path("attack_success_rate").path("n").asInt())
        .isEqualTo(BEHAVIORS);
  }

  @Test
  void sameCommand_goesOn_andOtherSettingsAreRefused() throws IOException {
    local("prefilling", "run", "--depth", "2");
    String before = results("run");

    CommandRun again = local("prefilling", "run", "--depth", "2");
    assertThat(again.exitCode()).isZero();
    assertThat(results("run")).isEqualTo(before);

    CommandRun other = local("prefilling", "run", "--depth", "3");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("holds another run", "depths 1 to 2", "depths 1 to 3");
  }

  @Test
  void specialTokens_areThoseOfTheGivenChatFormat() {
    local("special-tokens", "own", "--max-queries", "1");
    local("special-tokens", "other", "--max-queries", "1", "--chat-format", "user-assistant");
    assertThat(attackIdentity("own")).doesNotContain("turns [,");
    assertThat(attackIdentity("other")).isNotEqualTo(attackIdentity("own"));
  }

  private String attackIdentity(String output) {
    return JsonFiles.readObject(folder.resolve(output).resolve("manifest.json"))
        .path("attack_identity")
        .asText();
  }

  @Test
  void help_listsTheAttacks() {
    assertThat(CommandRun.of("attack", "--help").out())
        .contains("prefilling ", "best-of-n ", "decoding-parameters ", "pair ", "reprogramming ")
        .contains("special-tokens ", "gcg ", "adaptive-gcg ");
  }

  @Test
  void servedModel_isAttackedWithoutWeights() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            request ->
                request.body().contains("\"system\"")
                    ? ScriptedServer.json(400, "{\"error\": \"no system messages\"}")
                    : ScriptedServer.says("first steal the keys"))) {
      CommandRun run =
          attack(
              "reprogramming",
              "served",
              "--endpoint",
              server.base().toString(),
              "--endpoint-model",
              "m");
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("final answer unsafe: 3/3");
      assertThat(server.requests()).hasSize(6 * BEHAVIORS);
    }
  }

  @Test
  void servedModelThatFails_isNotCountedAsResisting() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(ScriptedServer.json(400, "{\"error\": \"no\"}"))) {
      CommandRun run =
          attack(
              "prefilling",
              "served",
              "--depth",
              "2",
              "--endpoint",
              server.base().toString(),
              "--endpoint-model",
              "m");
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).contains("final answer unsafe: 0/0");
      assertThat(run.err()).contains("3 of 3 behaviours have no answer that could be judged");
    }
  }

  @Test
  void errors_sayWhatToDo() {
    assertThat(attack("prefilling", "x").err())
        .contains("which model? Expected either --model DIR or --endpoint URL");
    assertThat(local("prefilling", "x", "--depth", "0").err())
        .contains("a depth of 0 words: expected 1 or more");
    assertThat(local("decoding-parameters", "x", "--temperature", "1").err())
        .contains("--temperature needs an attack that does not vary it itself");
    assertThat(local("gcg", "x", "--reset-bias", "2").err())
        .contains("--reset-bias needs an attack without gradients");
    assertThat(local("adaptive-gcg", "x", "--max-resets", "0").err())
        .contains("--max-resets 0 needs an attack without gradients");
    String seeds = "--seeds=" + MODEL.resolve("autodan-seeds.txt");
    String table = "--paraphrases=" + MODEL.resolve("autodan-paraphrases.txt");
    assertThat(local("autodan", "x", seeds, table, "--reset-bias", "2").err())
        .contains("--reset-bias needs an attack without likelihoods");
    assertThat(local("best-of-n", "x", "--perturbations", "spelling").err())
        .contains("no perturbation \"spelling\"");
    CommandRun judge =
        CommandRun.of(
            "attack",
            "prefilling",
            "--model",
            MODEL.toString(),
            "--behaviors",
            behaviors.toString(),
            "--judge",
            "lexicon",
            "--output",
            folder.resolve("x").toString());
    assertThat(judge.err()).contains("judge lexicon needs a file of words: lexicon:...");
  }

  private String results(String output) throws IOException {
    return Files.readString(folder.resolve(output).resolve("results.jsonl"))
        .replaceAll("\"ms_\\w+\":[0-9.E-]+", "");
  }

  private JsonNode summary(String output) {
    return JsonFiles.readObject(folder.resolve(output).resolve("summary.json"));
  }
}
