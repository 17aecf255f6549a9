package dev.palinode.cli;

import dev.palinode.model.AdapterMerge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palinode merge}: merges adapters into a model. */
@Command(
    name = "merge",
    description = {
      "Write a model with LoRA adapters merged into its weights, for programs without adapters.",
      "",
      "The result is a Hugging Face checkpoint in the base's element type. All weights are in"
          + " memory meanwhile, four bytes each.",
      "",
      "Example: palinode merge --base DIR --adapter DIR --output DIR"
    })
final class MergeCommand implements Callable<Integer> {
  @Option(
      names = "--base",
      required = true,
      paramLabel = "DIR",
      description = "Model folder that the adapters were trained on.")
  private Path base;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description =
          "PEFT folder of a LoRA adapter; may be given several times, and the updates add up. If it"
              + " has a tokenizer.json, tokenizer and chat template are taken from it.")
  private List<Path> adapters;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the result.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    new AdapterMerge(base, adapters).write(out, System.out::println);
    System.out.println("written: " + out);
    return 0;
  }
}
