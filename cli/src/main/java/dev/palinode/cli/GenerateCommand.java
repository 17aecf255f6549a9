package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.folder.LoadedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
          + " no longer be withdrawn. What was withdrawn, and why, is told on standard error.",
      "",
      "Example: palinode generate --model DIR \"Once upon a time\""
    })
final class GenerateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Hugging Face model folder.")
  private Path model = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  @Option(
      names = "--json",
      description = "Write each event as a line of JSON: token, undo, finished, failed.")
  private boolean json;

  @Option(
      names = "--batch-size",
      defaultValue = "16",
      paramLabel = "N",
      description = "Prompts of a file that are answered together (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Mixin private ChatFormatOption chatFormat = new ChatFormatOption();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private GenerationOptions options = new GenerationOptions();

  /** What is asked: one of them. */
  static final class Source {
    @Parameters(paramLabel = "TEXT", description = "What is to be continued.")
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
    PromptFile file = source.prompts == null ? null : PromptFile.read(source.prompts);
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    // Java's standard output writes what its locale cannot spell as question marks.
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (LoadedModel loaded = modelOptions.open(model);
        GenerationOptions used = options) {
      int exitCode =
          file == null
              ? continueText(String.valueOf(source.text), loaded, used, out)
              : new PromptBatch(loaded, used, file, out).answer(chatFormat.name(), batchSize);
      if (out.checkError()) {
        throw outputLost();
      }
      return exitCode;
    }
  }

  /** Nobody reads on, or the disk is full. */
  static IOException outputLost() {
    return new IOException("standard output cannot be written: what is there is not complete");
  }

  private int continueText(String text, LoadedModel loaded, GenerationOptions used, PrintStream out)
      throws IOException {
    TextPrompt prompt = new TextPrompt(loaded, text);
    GenerationRequest request = used.request(prompt, loaded, 0);
    AnswerScreen screen =
        json ? new JsonEvents(out, loaded.tokenizer()) : AnswerScreen.onStandardOutput(out);
    AnswerNotes notes = new AnswerNotes(System.err, !screen.showsUndos());
    screen.begin(prompt.shown(), request);
    loaded.decoder(request.rows()).generate(List.of(request), used.delayed(screen.andThen(notes)));
    return notes.exitCode();
  }
}
