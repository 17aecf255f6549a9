package dev.palinode.cli;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.replacement.AnswerCache;
import dev.palinode.data.replacement.AnswerWriter;
import dev.palinode.data.replacement.CachedAnswerWriter;
import dev.palinode.data.replacement.DialogueSplit;
import dev.palinode.data.replacement.Discretion;
import dev.palinode.data.replacement.EndpointAnswerWriter;
import dev.palinode.data.replacement.LocalAnswerWriter;
import dev.palinode.data.replacement.ReplacementFile;
import dev.palinode.data.replacement.ReplacementSettings;
import dev.palinode.data.replacement.WritingMode;
import dev.palinode.data.replacement.WritingSettings;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.model.folder.ModelFingerprint;
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

/** {@code palinode data pii}: pairs in which personal data is replaced. */
@Command(
    name = "pii",
    description = {
      "Cut answers at each mention of personal data, and let a model write them on without.",
      "",
      "Each mention gives a pair: what is written is chosen, what stood there is rejected; and the"
          + " same swapped under a system prompt that asks to share. To be trained with recipes/orpo.yaml"
          + " and guidance_aware=false.",
      "",
      "Example: palinode data pii conversations.jsonl --model DIR --out replacements.jsonl"
    })
final class DataPiiCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Dialogues.")
  private List<Path> files = List.of();

  @Option(names = "--model", paramLabel = "DIR", description = "Model folder: who writes.")
  private @Nullable Path model;

  @Mixin private ChatFormatOption chatFormat = new ChatFormatOption();
  @Mixin private ModelOptions modelOptions = new ModelOptions();
  @Mixin private EndpointOptions endpoint = new EndpointOptions();

  @Option(
      names = "--mode",
      defaultValue = "chat",
      description =
          "chat: the model goes on with its own turn; completion: with the dialogue as text"
              + " (default: ${DEFAULT-VALUE}).")
  private WritingMode mode = WritingMode.CHAT;

  @Option(
      names = "--temperature",
      defaultValue = "0.7",
      description = "Of sampling (default: ${DEFAULT-VALUE}, as in the paper).")
  private double temperature;

  @Option(
      names = "--max-tokens",
      defaultValue = "256",
      description =
          "Longest completion; one that does not end is cut behind its last sentence (default: 256).")
  private int maxTokens;

  @Option(
      names = "--attempts",
      defaultValue = "3",
      description = "Completions for a mention until one is clean (default: ${DEFAULT-VALUE}).")
  private int attempts;

  @Option(
      names = "--together",
      defaultValue = "16",
      description = "Mentions in a batch (default: 16).")
  private int together;

  @Option(names = "--system", paramLabel = "TEXT", description = "System prompt of the writer.")
  private String system = Discretion.STANDARD.system();

  @Option(names = "--nudge", paramLabel = "TEXT", description = "Before the last question to it.")
  private String nudge = Discretion.STANDARD.nudge();

  @Option(
      names = "--test-share",
      defaultValue = "0.1",
      description = "Share of dialogues kept for the test, in OUT.test.jsonl (default: 0.1).")
  private double testShare;

  @Option(names = "--once", description = "Write each pair once, under no system prompt.")
  private boolean once;

  @Option(names = "--seed", defaultValue = "0", description = "Of all draws (default: 0).")
  private long seed;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "Where completions are kept, so that a run that was interrupted goes on (default:"
              + " OUT.answers.jsonl).")
  private @Nullable Path answers;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "For the pairs.")
  private Path out = Path.of("");

  @Mixin private RecogniserOptions recogniser = new RecogniserOptions();
  @Mixin private ImportOptions importing = new ImportOptions();
  @Mixin private ScreeningOptions screening = new ScreeningOptions();

  @Override
  public Integer call() throws IOException {
    WritingSettings writing = new WritingSettings(mode, temperature, maxTokens);
    if (endpoint.isGiven() == (model != null)) {
      throw new IllegalArgumentException(
          "who writes? Expected either --model DIR or --endpoint URL");
    }
    if (model == null) {
      EndpointAnswerWriter writer = new EndpointAnswerWriter(endpoint.client(), writing);
      write(writer, endpoint.requests());
      List<String> failures = writer.failures();
      if (!failures.isEmpty()) {
        System.err.printf(
            "palinode: %,d requests failed, the first: %s%n", failures.size(), failures.get(0));
      }
      return failures.isEmpty() ? 0 : 1;
    }
    try (LoadedModel loaded = modelOptions.open(model)) {
      write(
          new LocalAnswerWriter(
              ModelFingerprint.of(model),
              loaded.decoder(together),
              loaded.tokenizer(),
              loaded.chatFormat(chatFormat.name()),
              loaded.endOfTextIds(),
              writing),
          together);
    }
    return 0;
  }

  private void write(AnswerWriter writer, int atOnce) throws IOException {
    Path kept = answers == null ? beside(".answers.jsonl") : answers;
    Path tests = beside(".test.jsonl");
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        ContentCache<String> cache = AnswerCache.open(kept)) {
      progress.say(String.format(Locale.ROOT, "completions known: %,d", cache.size()));
      ReplacementFile.Result result =
          new ReplacementFile(
                  importing.importing(progress),
                  screening.settings(),
                  settings(atOnce),
                  recogniser.counting(),
                  new CachedAnswerWriter(writer, cache))
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
        new Discretion(system, nudge),
        attempts,
        atOnce,
        seed,
        new DialogueSplit(testShare, seed),
        once ? Optional.empty() : Optional.of(ReplacementSettings.STANDARD_POLARITIES));
  }
}
