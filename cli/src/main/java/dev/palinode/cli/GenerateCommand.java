package dev.palinode.cli;

import dev.palinode.cli.console.AnswerJson;
import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.cli.options.GenerationOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.RequestPrompt;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode generate}: continues a text, or answers a file of prompts. */
@Command(
    name = "generate",
    description = {
      "Let a model continue a text, or answer many prompts.",
      "",
      "Standard output gets the visible text only; into a file or a pipe it is written once it can"
          + " no longer be withdrawn. Standard error gets notes on what was withdrawn, and why.",
      "",
      "Example: palinode generate --model DIR \"Once upon a time\""
    })
final class GenerateCommand implements Callable<Integer> {
  private static final int COLUMNS = 80; // what most terminals have; only chat asks

  @ArgGroup(multiplicity = "1")
  private Source source;

  @Option(
      names = "--json",
      description = "Write each event as a line of JSON: token, undo, finished, failed.")
  private boolean json;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Prompts of a file that are answered together.")
  private int batchSize = 16;

  @Mixin private ModelOptions modelOptions;
  @Mixin private GenerationOptions options;

  /** The source of prompts: one of them. */
  static final class Source {
    @Parameters(paramLabel = "TEXT", description = "The text to continue.")
    private @Nullable String text;

    @Option(
        names = "--prompts",
        paramLabel = "FILE",
        description =
            "Answer each line of this file: a text to be continued, or a JSON object with \"prompt\""
                + " or \"messages\". A line of JSON is written for each, in their order.")
    private @Nullable Path prompts;
  }

  @Override
  public Integer call() throws IOException {
    List<PromptLine> prompts = source.prompts == null ? null : PromptLine.read(source.prompts);
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    PrintStream out = AnswerScreen.utf8(System.out);
    try (LoadedModel loaded = modelOptions.open(prompts == null ? 1 : batchSize);
        GenerationOptions used = options) {
      int exitCode =
          prompts == null
              ? continueText(String.valueOf(source.text), loaded, used, out)
              : new PromptBatch(loaded, used, prompts, out)
                  .answer(modelOptions.chatFormat(), batchSize);
      if (out.checkError()) {
        throw outputLost();
      }
      return exitCode;
    }
  }

  /** The error of a closed pipe or a full disk. */
  static IOException outputLost() {
    return new IOException("standard output cannot be written: what is there is not complete");
  }

  private int continueText(String text, LoadedModel loaded, GenerationOptions used, PrintStream out)
      throws IOException {
    RequestPrompt.Text prompt = new RequestPrompt.Text(loaded, text);
    GenerationRequest request = used.request(prompt, loaded, 0);
    AnswerScreen screen =
        json
            ? new AnswerJson(out, loaded.tokenizer())
            : AnswerScreen.onStandardOutput(out, () -> COLUMNS, 0);
    return used.show(prompt.shown(), request, loaded, screen).exitCode();
  }
}
