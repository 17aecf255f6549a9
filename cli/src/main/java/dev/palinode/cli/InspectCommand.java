package dev.palinode.cli;

import dev.palinode.model.lora.PeftFolder;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode inspect}: what is in a folder. */
@Command(
    name = "inspect",
    description = {
      "Say what a model or adapter is, what it takes to open it, and what is wrong with it.",
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
  private Path folder = Path.of("");

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Option(
      names = "--try",
      description =
          "Also open the model and use it, in a process of its own, for two minutes at most.")
  private boolean tried;

  @Option(names = FolderTrial.HERE, hidden = true)
  private boolean here;

  @Override
  public Integer call() throws IOException, InterruptedException {
    folder = ShippedFiles.orShipped(folder);
    if (here) {
      FolderTrial.use(folder, List.of());
      return 0;
    }
    Report report =
        Files.isRegularFile(folder.resolve(PeftFolder.CONFIG))
            ? AdapterReport.of(folder)
            : ModelReport.of(folder);
    if (tried) {
      Optional<String> problem = FolderTrial.problem(folder, TRIAL);
      problem.ifPresent(report::problem);
      report.fact("trial", problem.isPresent() ? "fails" : "opens, tokenises and generates");
      report.json().put("trial", problem.orElse("ok"));
    }
    // Java's standard output writes what its locale cannot spell as question marks.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    if (json) {
      out.println(JsonFiles.write(report.json()));
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    report.problems().forEach(problem -> System.err.println("palinode: " + problem));
    return report.problems().isEmpty() ? 0 : 1;
  }
}
