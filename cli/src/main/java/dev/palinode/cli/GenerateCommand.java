package dev.palinode.cli;

import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.folder.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode generate}: continues a text. */
@Command(
    name = "generate",
    description = {
      "Let a model continue a text.",
      "",
      "Example: palinode generate --model DIR \"Once upon a time\""
    })
final class GenerateCommand implements Callable<Integer> {
  @Option(names = "--model", required = true, description = "Hugging Face model folder.")
  private Path model = Path.of("");

  @Parameters(paramLabel = "TEXT", description = "What is to be continued.")
  private String text = "";

  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private SamplingOptions options = new SamplingOptions();

  @Override
  public Integer call() throws IOException {
    try (LoadedModel loaded = modelOptions.open(model)) {
      int[] prompt = loaded.tokenizer().encodeDocument(text);
      GenerationRequest request =
          new GenerationRequest(
              prompt,
              options.maxNewTokens,
              loaded.endOfTextIds(),
              options.sampling(loaded),
              options.undo(loaded),
              options.seed);
      AnswerPrinter printer =
          new AnswerPrinter(System.out, loaded.tokenizer(), Withdrawal.ofStandardOutput());
      printer.begin(prompt);
      new Decoder(loaded.lm(), 1).generate(List.of(request), printer);
      return printer.failed() ? 1 : 0;
    }
  }
}
