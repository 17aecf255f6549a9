package dev.palinode.cli.data;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.EndpointOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.RecogniserOptions;
import dev.palinode.cli.options.ScreeningOptions;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.rewrite.CachedCompletionGenerator;
import dev.palinode.data.rewrite.CompletionGenerator;
import dev.palinode.data.rewrite.EndpointCompletionGenerator;
import dev.palinode.data.rewrite.LocalCompletionGenerator;
import dev.palinode.data.rewrite.ReplacementFile;
import dev.palinode.data.rewrite.ReplacementSettings;
import dev.palinode.data.rewrite.WritingSettings;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data pii}: makes pairs in which personal data is replaced. */
@Command(
    name = "pii",
    description = {
      "Cut answers at each mention of personal data, and let a model complete them without it.",
      "",
      "Each mention gives a pair: the completion is chosen, the original rejected; and the same"
          + " swapped under a system prompt that asks to share. To be trained with recipes/orpo.yaml"
          + " and guidance_aware=false.",
      "",
      "Example: palinode data pii conversations.jsonl --model DIR --out replacements.jsonl"
    })
final class DataPiiCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Dialogues.")
  private List<Path> files;

  @Mixin private ModelOptions modelOptions;
  @Mixin private EndpointOptions endpoint;

  @Option(
      names = "--mode",
      description = "chat: the model continues its own turn; completion: the dialogue as text.")
  private WritingSettings.Mode mode = WritingSettings.Mode.CHAT;

  @Option(names = "--temperature", description = "Of sampling; the default is the paper's.")
  private double temperature = 0.7;

  @Option(
      names = "--max-tokens",
      description = "Longest completion; one that does not end is cut after its last sentence.")
  private int maxTokens = 256;

  @Option(
      names = "--attempts",
      description = "Completions for a mention until one has no personal data.")
  private int attempts = 3;

  @Option(names = "--batch-size", description = "Mentions that are completed together.")
  private int batchSize = 16;

  @Option(names = "--system", paramLabel = "TEXT", description = "System prompt of the writer.")
  private String system = ReplacementSettings.STANDARD_SYSTEM;

  @Option(names = "--nudge", paramLabel = "TEXT", description = "Before the last question to it.")
  private String nudge = ReplacementSettings.STANDARD_NUDGE;

  @Option(
      names = "--test-share",
      description = "Fraction of dialogues kept for the test, in OUT.test.jsonl.")
  private double testShare = 0.1;

  @Option(names = "--once", description = "Write each pair once, under no system prompt.")
  private boolean once;

  @Option(names = "--seed", description = "Of all draws.")
  private long seed;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "Where completions are kept, so that a run that was interrupted goes on. Default:"
              + " OUT.answers.jsonl.")
  private @Nullable Path answers;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "For the pairs.")
  private Path out;

  @Mixin private RecogniserOptions recogniser;
  @Mixin private ScreeningOptions screening;

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    WritingSettings writing = new WritingSettings(mode, temperature, maxTokens);
    if (endpoint.isGiven() == modelOptions.model().isPresent()) {
      throw new IllegalArgumentException(
          "who writes? Expected either --model DIR or --endpoint URL");
    }
    return endpoint.isGiven() ? served(writing) : local(writing);
  }

  private int served(WritingSettings writing) throws IOException {
    EndpointCompletionGenerator writer =
        new EndpointCompletionGenerator(endpoint.client(), writing);
    write(writer, endpoint.requests());
    List<String> failures = writer.failures();
    if (!failures.isEmpty()) {
      System.err.printf(
          "palinode: %,d requests failed, the first: %s%n", failures.size(), failures.get(0));
    }
    return failures.isEmpty() ? 0 : 1;
  }

  private int local(WritingSettings writing) throws IOException {
    try (LoadedModel loaded = modelOptions.open(batchSize)) {
      write(
          new LocalCompletionGenerator(
              ModelFingerprint.of(modelOptions.model().orElseThrow()),
              loaded.decoder(batchSize),
              loaded.tokenizer(),
              loaded.chatFormat(modelOptions.chatFormat()),
              loaded.endOfTextIds(),
              writing),
          batchSize);
    }
    return 0;
  }

  private void write(CompletionGenerator writer, int atOnce) throws IOException {
    Path kept = answers == null ? beside(".answers.jsonl") : answers;
    Path tests = beside(".test.jsonl");
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        ContentCache<String> cache = CachedCompletionGenerator.openCache(kept)) {
      progress.say(String.format(Locale.ROOT, "completions known: %,d", cache.size()));
      ReplacementFile.Result result =
          new ReplacementFile(
                  screening.importing(progress),
                  screening.settings(),
                  settings(atOnce),
                  recogniser.counting(),
                  new CachedCompletionGenerator(writer, cache))
              .write(files, out, tests);
      result.lines().forEach(progress::say);
      progress.say(
          "written: %s, for the test: %s; report: %s"
              .formatted(out, tests, RecordFile.report(out)));
    }
  }

  private Path beside(String ending) {
    return out.resolveSibling(out.getFileName() + ending);
  }

  private ReplacementSettings settings(int atOnce) {
    return new ReplacementSettings(
        system,
        nudge,
        attempts,
        atOnce,
        seed,
        testShare,
        once ? Optional.empty() : Optional.of(ReplacementSettings.STANDARD_POLARITIES));
  }
}
