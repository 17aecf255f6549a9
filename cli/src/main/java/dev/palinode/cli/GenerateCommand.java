package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.token.Tokenizer;
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
  @Mixin private GenerationOptions options = new GenerationOptions();

  @Override
  public Integer call() throws IOException {
    try (LoadedModel loaded = modelOptions.open(model);
        GenerationOptions used = options) {
      Tokenizer tokenizer = loaded.tokenizer();
      int[] prompt = tokenizer.encodeDocument(text);
      GenerationRequest.Builder builder =
          GenerationRequest.builder(prompt).stopIds(loaded.endOfTextIds()).continuesText(true);
      GenerationRequest request = used.request(builder, loaded, new Texts(tokenizer, text), 0);
      AnswerPrinter printer = new AnswerPrinter(System.out, Withdrawal.ofStandardOutput());
      printer.begin(tokenizer.decode(prompt, true));
      loaded.decoder(request.rows()).generate(List.of(request), used.delayed(printer));
      return printer.failed() ? 1 : 0;
    }
  }

  private record Texts(Tokenizer tokenizer, String asked) implements GenerationOptions.Prompts {
    @Override
    public int[] negative(String negative) {
      return tokenizer.encodeDocument(negative);
    }

    @Override
    public int[] nudged(String nudge) {
      return tokenizer.encodeDocument(nudge + "\n" + asked);
    }
  }
}
