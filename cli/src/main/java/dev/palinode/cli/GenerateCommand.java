package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import dev.palinode.cli.console.AnswerJson;
import dev.palinode.cli.console.AnswerScreen;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.console.Words;
import dev.palinode.cli.options.GenerationOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.RequestPrompt;
import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.function.IOConsumer;
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
      names = "--system",
      description =
          "Answer under this system message: a text is then not continued, but the user's message"
              + " of a chat.")
  private @Nullable String system;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "For the answers to --prompts, in place of standard output: .jsonl, .jsonl.gz or"
              + " .jsonl.zst, written when all are answered.")
  private @Nullable Path output;

  @Option(names = "--batch-size", description = "Prompts of a file that are answered together.")
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
    boolean isFile = source.prompts != null;
    OptionCheck.needs("--json", json, !isFile, "a TEXT: with --prompts, each answer is a line");
    OptionCheck.needs("--output", output != null, isFile, "--prompts FILE");
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    PrintStream out = AnswerScreen.utf8(System.out);
    int exitCode =
        source.prompts == null
            ? answer(String.valueOf(source.text), out)
            : answer(PromptLine.read(ShippedFiles.find(source.prompts)), out);
    if (out.checkError()) {
      throw outputLost();
    }
    return exitCode;
  }

  private int answer(String text, PrintStream out) throws IOException {
    try (LoadedModel loaded = modelOptions.open(1);
        GenerationOptions used = options) {
      RequestPrompt.Text whole = new RequestPrompt.Text(loaded, text);
      RequestPrompt prompt = system == null ? whole : chat(loaded, system, text);
      GenerationRequest request = used.request(prompt, loaded, 0);
      AnswerScreen screen =
          json
              ? new AnswerJson(out, loaded.tokenizer())
              : AnswerScreen.onStandardOutput(out, () -> COLUMNS, 0);
      return used.show(system == null ? whole.shown() : "", request, loaded, screen).exitCode();
    }
  }

  private RequestPrompt chat(LoadedModel loaded, String system, String text) {
    return new RequestPrompt.Chat(
        loaded.chatFormat(modelOptions.chatFormat()),
        List.of(Message.system(system), Message.user(text)));
  }

  private int answer(List<PromptLine> prompts, PrintStream out) throws IOException {
    if (output == null) {
      return answer(
          prompts,
          line -> {
            out.println(line);
            if (out.checkError()) { // also flushes
              throw outputLost();
            }
          });
    }
    try (JsonLinesWriter file = new JsonLinesWriter(output);
        ProgressLine progress = ProgressLine.onStandardOutput()) {
      AtomicInteger done = new AtomicInteger();
      int exitCode =
          answer(
              prompts,
              line -> {
                file.write(line);
                double fraction = (double) done.incrementAndGet() / prompts.size();
                progress.show(fraction, Words.number(done.get(), "prompt"));
              });
      file.commit();
      progress.say("written: " + output);
      return exitCode;
    }
  }

  private int answer(List<PromptLine> prompts, IOConsumer<ObjectNode> out) throws IOException {
    try (LoadedModel loaded = modelOptions.open(batchSize);
        GenerationOptions used = options) {
      return new PromptBatch(loaded, used, prompts, out)
          .answer(modelOptions.chatFormat(), Optional.ofNullable(system), batchSize);
    }
  }

  /** The error of a closed pipe or a full disk. */
  static IOException outputLost() {
    return new IOException("standard output cannot be written: what is there is not complete");
  }
}
