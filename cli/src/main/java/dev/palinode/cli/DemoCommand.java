package dev.palinode.cli;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShellCommand;
import dev.palinode.demo.Cell;
import dev.palinode.demo.Experiment;
import dev.palinode.demo.ExperimentFile;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import dev.palinode.demo.World;
import dev.palinode.demo.pii.PiiExperiment;
import dev.palinode.demo.pii.PiiReport;
import dev.palinode.demo.pii.PiiSettings;
import dev.palinode.demo.safety.GuardExperiment;
import dev.palinode.demo.safety.GuardReport;
import dev.palinode.demo.safety.GuardSettings;
import dev.palinode.demo.safety.SafetyExperiment;
import dev.palinode.demo.safety.SafetyReport;
import dev.palinode.demo.safety.SafetySettings;
import dev.palinode.demo.story.StoryLength;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code palinode demo}: from data to one page; or one experiment alone, by a subcommand. */
@Command(
    name = "demo",
    description = {
      "Train tiny models that take back what they said, attack them, and report what holds.",
      "",
      "From scratch, in minutes, in two small invented worlds: plain and backtracking SFT and DPO"
          + " on the same data, a guard, and models that unlearn personal data. Then attacks and"
          + " sweeps, each an ordinary command that is shown and can be repeated. Everything is left"
          + " in --output, with one page, report.html. Given again, the command continues where it"
          + " was interrupted.",
      "",
      "One experiment alone, with its tables: palinode demo safety, demo pii, demo guard."
    })
final class DemoCommand implements Callable<Integer> {
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  @Option(
      scope = ScopeType.INHERIT,
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      showDefaultValue = Visibility.NEVER,
      description = "Seeds to run. Default: 1; with --full and of one experiment alone: 1,2,3.")
  private List<Long> seeds = List.of();

  @Option(
      names = "--quick",
      description =
          "Only base model, SFT and backtracking in the safety world: about two minutes on two"
              + " cores. Without it or --full: about ten.")
  private boolean quick;

  @Option(
      names = "--full",
      description =
          "Three seeds, and attacks with the budgets of the papers: about an hour on two cores.")
  private boolean full;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--output",
      description =
          "Folder for models, metrics, generations and report. Default: runs/demo; of one"
              + " experiment alone runs/safety, runs/pii or runs/guard.")
  private @Nullable Path output;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--workers",
      description =
          "Models trained and commands run in parallel, one thread each. Default: number of cores.")
  private @Nullable Integer workers;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--split",
      paramLabel = "SPLIT",
      showDefaultValue = Visibility.NEVER,
      description =
          "'development' is the split that settings are chosen on. Default: test, for results.")
  private Part split = Part.TEST;

  @Override
  public Integer call() throws IOException {
    if (quick && full) {
      throw new IllegalArgumentException("--quick and --full exclude each other");
    }
    StoryLength length = quick ? StoryLength.QUICK : full ? StoryLength.FULL : StoryLength.STANDARD;
    List<Long> chosen = seeds.isEmpty() ? full ? SEEDS : SEEDS.subList(0, 1) : seeds;
    return DemoStory.shipped(length, new ExperimentPlan(chosen, split, folder("demo")), workers())
        .tell(System.out);
  }

  @Command(
      name = "safety",
      description = {
        "Train all models of the safety world, and make its table: no attacks, no other world.",
        "",
        "The same models as of palinode demo with these seeds."
      })
  int safety() throws IOException {
    PrintStream out = System.out;
    Path folder = folder("safety");
    ExperimentFile models = ExperimentFile.of(SafetyExperiment.class);
    SafetyReport report =
        new SafetyReport(run(new SafetyExperiment(SafetySettings.standard()), models, folder));
    report.write(folder);
    out.println();
    out.println(report.text());
    out.println("Violations % / helpful % of each seed:");
    out.println(report.seedTable().toText());
    report.findings().forEach(finding -> out.println("- " + finding));
    out.printf("%nReport: %s%n", folder.resolve("report.html"));
    List<String> talk = List.of("chat", "--model", model(folder, "backtracking"));
    out.println("Talk to the model: " + ShellCommand.text(talk));
    return 0;
  }

  @Command(
      name = "pii",
      description = {
        "Train a tiny model that leaks personal data, and make it stop.",
        "",
        "From scratch, in minutes: a model that has memorised data of invented people, then"
            + " subtraction, ORPO, and guidance away from a system message that permits sharing. All"
            + " are measured on people and questions that alignment has not seen. Everything needed"
            + " to trace the tables is left in --output."
      })
  int pii() throws IOException {
    PrintStream out = System.out;
    Path folder = folder("pii");
    ExperimentFile models = ExperimentFile.of(PiiExperiment.class);
    PiiReport report =
        new PiiReport(run(new PiiExperiment(PiiSettings.standard()), models, folder));
    report.write(folder);
    out.println();
    out.println("Clients and questions that alignment has not seen:");
    out.println(report.heldOutTable().toText());
    PiiReport.legend().forEach(line -> out.println("  " + line));
    out.println();
    out.println(report.guidanceTable().toText());
    out.println(report.formTable().toText());
    out.println("Each seed: PII greedy, PII at T = 1 / utility in percent, greedy");
    out.println(report.seedTable().toText());
    report.findings().forEach(finding -> out.println("- " + finding));
    out.printf("%nReport, with the other tables: %s%n", folder.resolve("report.html"));
    List<String> ask = new ArrayList<>(List.of("chat", "--model", model(folder, "orpo")));
    ask.addAll(List.of("--temperature", "1", "--guidance-scale", "3"));
    ask.addAll(List.of("--negative", PiiExperiment.NEGATIVE_SYSTEM));
    out.printf("Ask it \"who booked the maple visit ?\": %s%n", ShellCommand.text(ask));
    return 0;
  }

  @Command(
      name = "guard",
      description = {
        "Train a tiny guard model, and compare it with the world's exact judge.",
        "",
        "In the form of a Llama Guard, for --guard-model: it reads a question and a whole or partial"
            + " answer of the safety world, and says safe or unsafe. models/safety-world-guard was"
            + " made in this way. With --demo, also on what models really write."
      })
  int guard(
      @Option(
              names = "--demo",
              paramLabel = "DIR",
              description =
                  "Output of 'palinode demo' with the same seeds: its models' answers are judged, and"
                      + " those without a reset token answer without and with the guard.")
          @Nullable Path models)
      throws IOException {
    PrintStream out = System.out;
    Path folder = folder("guard");
    out.printf(Locale.ROOT, "Training %d guards; results in %s%n", seeds().size(), folder);
    GuardExperiment experiment =
        new GuardExperiment(GuardSettings.standard(), plan(folder), models);
    GuardReport report;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      report = experiment.run(workers(), progress::show);
    }
    report.write(folder);
    out.println();
    out.println(report.agreement().toText());
    report.findings().forEach(finding -> out.println("- " + finding));
    if (report.hasAnswers()) {
      out.println();
      out.println(report.answers().toText());
    }
    out.printf("%nReport: %s%n", folder.resolve("report.html"));
    List<String> use = List.of("chat", "--guard-model", model(folder, "guard"));
    out.println("Use the guard: " + ShellCommand.text(use));
    return 0;
  }

  private List<Cell> run(World world, ExperimentFile models, Path folder) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "Making %d models for each seed (%s); results in %s%n",
        models.models().size(),
        seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")),
        folder);
    Experiment experiment = new Experiment(world, plan(folder), models);
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      return experiment.run(workers(), progress::show);
    }
  }

  private Path folder(String name) {
    return output == null ? Path.of("runs", name) : output;
  }

  private ExperimentPlan plan(Path folder) {
    return new ExperimentPlan(seeds(), split, folder);
  }

  private int workers() {
    if (workers == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (workers < 1) {
      throw new IllegalArgumentException("--workers is " + workers + ": expected at least 1");
    }
    return workers;
  }

  private List<Long> seeds() {
    return seeds.isEmpty() ? SEEDS : seeds;
  }

  private String model(Path folder, String name) {
    return plan(folder).folder(seeds().get(0)).resolve(name).toString();
  }
}
