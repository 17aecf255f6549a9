package dev.palinode.cli;

import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.lora.PeftFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode inspect}: reports the content of a folder. */
@Command(
    name = "inspect",
    description = {
      "Show what a model or adapter is, what it takes to open it, and what is wrong with it.",
      "",
      "Only configuration, headers and vocabulary are read. The exit code is 1 if the folder"
          + " cannot be used as it is.",
      "",
      "With --try the model is also opened and used a little, in a process of its own: do this"
          + " first with a folder whose origin you do not trust.",
      "",
      "Example: palinode inspect models/safety-world"
    })
final class InspectCommand implements Callable<Integer> {
  private static final Duration TRIAL = Duration.ofMinutes(2);

  @Parameters(
      paramLabel = "DIR",
      description = "Hugging Face model folder, or PEFT folder of a LoRA adapter.")
  private Path folder;

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Option(
      names = "--try",
      description =
          "Also open the model and use it, in a process of its own, for two minutes at most.")
  private boolean tried;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "For --try of an adapter: the model that it belongs to.")
  private @Nullable Path base;

  @Option(names = FolderTrial.HERE, hidden = true)
  private boolean here;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path found = ShippedFiles.orShipped(folder);
    boolean isAdapter = Files.isRegularFile(found.resolve(PeftFolder.CONFIG));
    OptionCheck.needs("--base", base != null, isAdapter && (tried || here), "--try and an adapter");
    OptionCheck.needs(
        "--try",
        tried && isAdapter,
        base != null,
        "--base DIR: an adapter opens with its model only");
    Path model = base == null ? found : ShippedFiles.orShipped(base);
    List<Path> adapters = isAdapter ? List.of(found) : List.of();
    if (here) {
      FolderTrial.use(model, adapters);
      return ExitCodes.DONE;
    }
    Report report = isAdapter ? AdapterReport.of(found) : ModelReport.of(found);
    if (tried) {
      Optional<String> problem = FolderTrial.problem(model, adapters, TRIAL);
      problem.ifPresent(report::problem);
      report.fact("trial", problem.isPresent() ? "fails" : "opens, tokenises and generates");
      report.json().put("trial", problem.orElse("ok"));
    }
    return print(report);
  }

  private int print(Report report) {
    PrintStream out = AnswerScreen.utf8(System.out);
    if (json) {
      report.json().putPOJO("problems", report.problems());
      out.println(JsonFiles.write(report.json()));
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    report.problems().forEach(problem -> System.err.println("palinode: " + problem));
    return report.problems().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
  }
}
