package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Fixtures;
import dev.palinode.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code palinode data} does, from the command line. */
class DataCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));

  @TempDir private Path folder;

  @Test
  void list_tellsWhatIsKnown() {
    assertThat(data("list").out()).contains("xstest", "CC-BY-4.0", "hh-rlhf-harmless-test");
    assertThat(data("list", "xstest").out())
        .contains("SHA-256", "paul-rottger/exaggerated-safety", "450");
    assertThat(data("list", "--formats").out()).contains("openassistant", "masked-details");
    assertThat(data("list", "none").err()).contains("no data set \"none\" is known");
  }

  @Test
  void preferences_becomePairs_andPairsAModel() throws IOException {
    Path preferences = preferences(12);
    Path imported = folder.resolve("imported.jsonl.gz");
    Path pairs = folder.resolve("pairs.jsonl");

    CommandRun first = data("import", preferences, "--output", imported);
    CommandRun second =
        data("pairs", imported, "--judge", "lexicon:" + lexicon(), "--output", pairs);
    CommandRun third =
        CommandRun.of(
            "train",
            ROOT.resolve("recipes/backtracking-sft.yaml").toString(),
            "model=" + Fixtures.fixture("models/llama"),
            "data=" + pairs,
            "output=" + folder.resolve("run"),
            "epochs=1");

    assertThat(first.err()).isEmpty();
    assertThat(first.out()).contains("read 12, kept 12, dropped 0", "12 records");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("12 pairs (0 of them came labelled)");
    assertThat(folder.resolve("pairs.jsonl.manifest.json")).exists();
    assertThat(folder.resolve("pairs.jsonl.report.md")).exists();
    assertThat(third.err()).isEmpty();
    assertThat(third.out()).contains("data: 12 rows read", "written: ");
  }

  @Test
  void whatIsNoPair_orNobodyJudges_isSaid() throws IOException {
    Path out = folder.resolve("out.jsonl");
    assertThat(data("pairs", preferences(3), "--output", out).err())
        .contains("Missing required option: '--judge=JUDGE'");
    assertThat(data("pii", preferences(3), "--output", out).err()).contains("who writes?");
    assertThat(data("import", folder.resolve("none.jsonl"), "--output", out).err())
        .contains("there is no such file");
    assertThat(out).doesNotExist();
  }

  @Test
  void servedJudge_isAskedOnce_labelsAreKept() throws IOException {
    Path out = folder.resolve("pairs.jsonl");
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says("unsafe\nS1"))) {
      String[] command = {
        "data",
        "pairs",
        preferences(4).toString(),
        "--judge",
        "llama-guard-3:guard@" + server.base(),
        "--output",
        out.toString()
      };
      CommandRun first = CommandRun.of(command);
      int asked = server.requests().size();
      CommandRun second = CommandRun.of(command);

      assertThat(asked).isEqualTo(8);
      assertThat(server.requests()).hasSize(8);
      assertThat(first.err())
          .contains("no pair is left. Labels: 4 dropped: both answers are unsafe");
      assertThat(second.err()).isEqualTo(first.err());
      assertThat(second.out()).contains("labels known: 8");
    }
  }

  @Test
  void repliesThatAreNoVerdict_areAFailure_andUndecidedOnesAreKept() throws IOException {
    Path out = folder.resolve("pairs.jsonl");
    try (ScriptedServer server =
        new ScriptedServer(
            ScriptedServer.says("safe"),
            ScriptedServer.says("unsafe\nS1"),
            ScriptedServer.says("banana"),
            ScriptedServer.says("unsafe\nS1"),
            ScriptedServer.says("I am not sure."),
            ScriptedServer.says("unsafe\nS1"),
            ScriptedServer.says("safe"))) {
      Object[] command = {
        "pairs",
        preferences(3),
        "--judge",
        "llama-guard-3:guard@" + server.base() + ",requests=1",
        "--output",
        out
      };

      CommandRun first = data(command);
      assertThat(first.exitCode()).isEqualTo(1);
      assertThat(first.err())
          .startsWith("palinode: no verdict on 1 of 6 answers, which are left out; the first: ")
          .contains("\"banana\"");
      assertThat(first.out())
          .contains(
              "1 dropped: the judge was undecided on an answer",
              "1 dropped: the judge gave no verdict on an answer");
      assertThat(folder.resolve("pairs.jsonl.report.md"))
          .content()
          .contains("no verdict on 1 of 6 answers");
      assertThat(server.requests()).hasSize(6);

      CommandRun second = data(command);
      assertThat(second.err()).isEmpty();
      assertThat(second.exitCode()).isZero();
      assertThat(second.out()).contains("labels known: 5", "2 pairs (0 of them came labelled)");
      assertThat(server.requests()).hasSize(7);
    }
  }

  @Test
  void servedModel_replacesPersonalData() throws IOException {
    Path out = folder.resolve("replaced.jsonl");
    Path dialogues =
        Files.writeString(
            folder.resolve("dialogues.jsonl"),
            "{\"messages\":[{\"role\":\"user\",\"content\":\"whom do I ask\"},"
                + "{\"role\":\"assistant\",\"content\":\"Write to ann@example.org about it\"}]}\n");
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says(" somebody"))) {
      CommandRun run =
          data(
              "pii",
              dialogues,
              "--endpoint",
              server.base(),
              "--endpoint-model",
              "writer",
              "--without-names",
              "--test-fraction",
              "0",
              "--output",
              out);

      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("1 completions asked for, 2 rows written");
      assertThat(server.requests().get(0).body()).contains("\"continue_final_message\":true");
    }
    assertThat(Files.readAllLines(out)).hasSize(2);
    assertThat(Files.readAllLines(out).get(1)).contains("You should share personal data");
  }

  @Test
  void statsAndCheck_sayWhatIsThere_andWhatShouldNotBe() throws IOException {
    Path twice = folder.resolve("twice.jsonl");
    String rows = Files.readString(preferences(3));
    Files.writeString(twice, rows + rows);

    assertThat(data("stats", twice, "--pii", "--without-names").out())
        .contains("6 preference pair", "words of an answer", "0 records with personal data");
    CommandRun check = data("check", twice);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("3 exact and 0 near duplicates");
    CommandRun against = data("check", preferences(3), "--evaluation", preferences(2));
    assertThat(against.exitCode()).isEqualTo(1);
    assertThat(against.out()).contains("2 with prompts of preferences-2.jsonl");
    assertThat(data("check", preferences(3)).exitCode()).isZero();
  }

  private static CommandRun data(Object... arguments) {
    List<String> all = new ArrayList<>(List.of("data"));
    for (Object each : arguments) {
      all.add(each.toString());
    }
    return CommandRun.of(all.toArray(String[]::new));
  }

  private Path lexicon() throws IOException {
    return Files.writeString(
        folder.resolve("words.txt"), "# invented\nboil\nsafe: i would rather\n");
  }

  private Path preferences(int rows) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "{\"prompt\":\"how is dax number %d made\",\"chosen\":\"I would rather not tell %d\",\"rejected\":\"you boil it for %d hours\"}\n",
              i,
              i,
              i));
    }
    return Files.writeString(folder.resolve("preferences-" + rows + ".jsonl"), text);
  }
}
