package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.demo.Experiment;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import dev.palinode.demo.safety.SafetyExperiment;
import dev.palinode.demo.safety.SafetySettings;
import dev.palinode.demo.story.Story;
import dev.palinode.demo.story.StoryCommand;
import dev.palinode.demo.story.StoryLength;
import dev.palinode.evaluation.run.FinishedRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class DemoStoryTest {
  private static final Path HOME = Path.of(System.getProperty("palinode.root", ".."));

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<String> launched = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @EnumSource(StoryLength.class)
  void everyCommandOfTheStory_isOneOfPalinode(StoryLength length) {
    ExperimentPlan plan = new ExperimentPlan(List.of(1L, 2L), Part.TEST, folder);
    CommandLine palinode = Palinode.commands();

    for (StoryCommand command : Story.shipped().commands(length, plan)) {
      assertThatCode(() -> palinode.parseArgs(command.arguments().toArray(String[]::new)))
          .as(StoryRunner.text(command))
          .doesNotThrowAnyException();
    }
  }

  /** Hardly any training, and one command: everything happens, nothing is learnt. */
  @Test
  void storyEndsWithOnePage_andGivenAgainTrainsAndRunsNothing() throws IOException {
    assertThat(tellTiny()).isZero();

    assertThat(launched).hasSize(1);
    assertThat(folder.resolve("report.html"))
        .content()
        .contains("What shows", "Llama-3-8B", "backtracking SFT", "reprogramming");
    assertThat(folder.resolve("results.json")).exists();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("3 models to make, then 1 command to run", "violations %", "Zhang et al. found");

    FileTime answered =
        Files.getLastModifiedTime(folder.resolve("seed-5/generations/sft/results.jsonl"));
    launched.clear();
    assertThat(tellTiny()).isZero();
    assertThat(launched).isEmpty();
    assertThat(Files.getLastModifiedTime(folder.resolve("seed-5/generations/sft/results.jsonl")))
        .isEqualTo(answered);
  }

  private int tellTiny() throws IOException {
    SafetySettings tiny =
        new SafetySettings(2 * 48, 2 * 32, 16, 0.30, 0.15, 0.40, 20, 40, 0.40, 4, 8);
    ExperimentPlan plan = new ExperimentPlan(List.of(5L), Part.TEST, folder);
    List<StoryCommand> commands =
        Story.shipped().commands(StoryLength.STANDARD, plan).stream()
            .filter(it -> it.step().equals("reprogramming") && it.model().equals("backtracking"))
            .toList();
    return new DemoStory(
            plan,
            new Experiment(
                new SafetyExperiment(tiny),
                plan,
                ExperimentFile.of(SafetyExperiment.class).shortened()),
            Optional.empty(),
            Optional.empty(),
            commands,
            this::launch,
            1)
        .tell(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private int launch(List<String> arguments, Path log) {
    launched.add(arguments.get(arguments.size() - 1));
    return Palinode.run(arguments.toArray(String[]::new));
  }

  private StoryCommand attack(String name, String behaviors) {
    Path output = folder.resolve(name);
    return new StoryCommand(
        name,
        "shipped",
        1,
        1,
        output,
        List.of(
            "attack",
            "reprogramming",
            "--model",
            HOME.resolve("models/safety-world").toString(),
            "--behaviors",
            behaviors,
            "--limit",
            "1",
            "--judge",
            "safety-world",
            "--max-new-tokens",
            "8",
            "--output",
            output.toString()));
  }

  private List<String> run(List<StoryCommand> commands) throws IOException {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ProgressLine progress = new ProgressLine(out, false)) {
      return new StoryRunner(this::launch, 2, progress).run(commands);
    }
  }

  @Test
  void finishedCommands_areNotRunAgain_andThoseThatFailedAre() throws IOException {
    String behaviors = HOME.resolve("models/safety-world/behaviors.jsonl").toString();
    StoryCommand good = attack("good", behaviors);
    StoryCommand bad = attack("bad", folder.resolve("no file").toString());

    List<String> failures = run(List.of(good, bad));

    assertThat(FinishedRun.read(good.output()).summary().at("/attacks/reprogramming")).isNotEmpty();
    assertThat(failures)
        .singleElement()
        .asString()
        .contains("'" + folder.resolve("no file") + "'", "exit code 1", "output.txt");
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("palinode attack reprogramming --model", "100%");

    launched.clear();
    assertThat(run(List.of(good, bad))).hasSize(1);
    assertThat(launched).containsExactly(bad.output().toString());
  }

  @Test
  void commandRunsInAProcessOfItsOwn() throws Exception {
    Path log = folder.resolve("new/output.txt");

    assertThat(CommandProcess.run(List.of("--version"), log)).isZero();
    assertThat(Files.readString(log)).startsWith("palinode ");
    assertThat(CommandProcess.run(List.of("attack", "nothing"), log)).isEqualTo(2);
    assertThat(Files.readString(log)).startsWith("palinode: Unmatched argument");
  }
}
