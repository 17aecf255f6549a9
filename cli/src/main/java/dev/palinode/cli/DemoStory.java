package dev.palinode.cli;

import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShellCommand;
import dev.palinode.cli.console.Words;
import dev.palinode.demo.Experiment;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.SeedRunner;
import dev.palinode.demo.SeedRunner.Task;
import dev.palinode.demo.Shape;
import dev.palinode.demo.pii.PiiExperiment;
import dev.palinode.demo.pii.PiiReport;
import dev.palinode.demo.pii.PiiSettings;
import dev.palinode.demo.safety.GuardExperiment;
import dev.palinode.demo.safety.GuardReport;
import dev.palinode.demo.safety.GuardSettings;
import dev.palinode.demo.safety.SafetyExperiment;
import dev.palinode.demo.safety.SafetyReport;
import dev.palinode.demo.safety.SafetySettings;
import dev.palinode.demo.story.Story;
import dev.palinode.demo.story.StoryCommand;
import dev.palinode.demo.story.StoryLength;
import dev.palinode.demo.story.StoryReport;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The whole of {@code palinode demo}: the models of both worlds and their guards are trained and
 * answer, the commands of the story measure them further, and one page is made of everything.
 *
 * @param plan of the safety world; the others have its seeds
 * @param commands on models of the safety world
 * @param workers models and commands that run at a time, with one thread each
 */
record DemoStory(
    ExperimentPlan plan,
    Experiment safety,
    Optional<Experiment> pii,
    Optional<GuardExperiment> guard,
    List<StoryCommand> commands,
    StoryRunner.Launcher launcher,
    int workers) {
  /** Sequences that one core trains in a second, evaluations included; measured. */
  private static final double SEQUENCES_PER_SECOND = 300;

  private static final String PII = "pii"; // folder of its world

  DemoStory {
    commands = List.copyOf(commands);
  }

  /** The story as it is shipped. */
  static DemoStory shipped(StoryLength length, ExperimentPlan plan, int workers) {
    ExperimentFile models = ExperimentFile.of(SafetyExperiment.class);
    boolean isQuick = length == StoryLength.QUICK;
    return new DemoStory(
        plan,
        new Experiment(
            new SafetyExperiment(SafetySettings.standard()),
            plan,
            isQuick ? models.shortened() : models),
        isQuick
            ? Optional.empty()
            : Optional.of(
                new Experiment(new PiiExperiment(PiiSettings.standard()), plan.within(PII))),
        isQuick
            ? Optional.empty()
            : Optional.of(
                new GuardExperiment(GuardSettings.standard(), plan.within("guard"), plan.output())),
        Story.shipped().commands(length, plan),
        CommandProcess::run,
        workers);
  }

  /** Tells it; returns one of {@link ExitCodes}. */
  int tell(PrintStream out) throws IOException {
    List<Task> training = training();
    out.println(planned(training, StoryRunner.open(commands)));
    Optional<GuardReport> guards = Optional.empty();
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      new SeedRunner(workers, progress::show).run(training);
    }
    if (guard.isPresent()) { // its models' answers are judged, so these must be there
      try (ProgressLine progress = ProgressLine.onStandardOutput()) {
        guards = Optional.of(guard.get().run(workers, progress::show));
      }
    }
    List<String> failures;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      failures = new StoryRunner(launcher, workers, progress).run(commands);
    }
    failures.forEach(failure -> System.err.println("palinode: " + failure));
    report(guards, out);
    return failures.isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private List<Task> training() throws IOException {
    List<Task> tasks = new ArrayList<>(safety.tasks());
    if (pii.isPresent()) {
      tasks.addAll(pii.get().tasks());
    }
    if (guard.isPresent()) {
      tasks.addAll(guard.get().training());
    }
    return tasks;
  }

  private String planned(List<Task> training, List<StoryCommand> commands) {
    double seconds =
        training.stream().mapToDouble(Task::cost).sum() / SEQUENCES_PER_SECOND
            + commands.stream().mapToDouble(StoryCommand::seconds).sum();
    return String.format(
        Locale.ROOT,
        "%s to make, then %s to run, %d at a time: about %.0f minutes, less what is there already."
            + " Everything is left in %s",
        Words.number(training.size(), "model"),
        Words.number(commands.size(), "command"),
        workers,
        Math.ceil(seconds / workers / 60),
        plan.output());
  }

  private void report(Optional<GuardReport> guards, PrintStream out) throws IOException {
    List<StoryCommand> finished = new ArrayList<>(commands);
    finished.removeAll(StoryRunner.open(commands));
    SafetyReport table = new SafetyReport(safety.cells());
    table.writeCounts(plan.output());
    Optional<PiiReport> personal = pii.map(Experiment::cells).map(PiiReport::new);
    if (personal.isPresent()) {
      personal.get().writeCounts(plan.within(PII).output());
    }
    StoryReport report = new StoryReport(table, personal, plan.within(PII), guards, finished);
    report.write(plan.output());
    out.println();
    out.println(table.text());
    print("Zhang et al.", report.backtracking(), out);
    print("Smirnov", report.guidance(), out);
    out.printf("Report: %s%n", plan.output().resolve("report.html"));
    String model = plan.folder(plan.seeds().get(0)).resolve("backtracking").toString();
    out.println("Talk to the model: " + ShellCommand.text(List.of("chat", "--model", model)));
  }

  private static void print(String paper, List<Shape> shapes, PrintStream out) {
    if (!shapes.isEmpty()) {
      out.println("What " + paper + " found, and whether it shows here:");
      for (Shape each : shapes) {
        out.printf(
            "- %s: %s (%s; in the paper %s)%n",
            each.claim(), each.verdict(), each.here(), each.paper());
      }
      out.println();
    }
  }
}
