package dev.palinode.cli.data;

import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.chat.ChatFormats;
import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.EndpointOptions;
import dev.palinode.cli.options.ModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.RecogniserOptions;
import dev.palinode.cli.options.ScreeningOptions;
import dev.palinode.data.cache.CachedChatModel;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.rewrite.ReplacementFile;
import dev.palinode.data.rewrite.ReplacementSettings;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.endpoint.EndpointChatModel;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.TokenizerConfig;
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
      "Example: palinode data pii conversations.jsonl --model DIR --output replacements.jsonl"
    })
final class DataPiiCommand implements Callable<Integer> {
  /** How a model is asked to continue an answer. */
  private enum Mode {
    CHAT,
    COMPLETION
  }

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Dialogues.")
  private List<Path> files;

  @Mixin private ModelOptions modelOptions;
  @Mixin private EndpointOptions endpoint;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "chat: the model continues its own turn; completion: the dialogue as text.")
  private Mode mode = Mode.CHAT;

  @Option(
      names = "--temperature",
      description = "Sampling temperature; the default is the paper's.")
  private double temperature = 0.7;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Longest completion; one that does not end is cut after its last sentence.")
  private int maxNewTokens = 256;

  @Option(
      names = "--attempts",
      description = "Completions for a mention until one has no personal data.")
  private int attempts = 3;

  @Option(names = "--batch-size", description = "Mentions that are completed together.")
  private int batchSize = 16;

  @Option(names = "--system", description = "System prompt of the writer.")
  private String system = ReplacementSettings.STANDARD_SYSTEM;

  @Option(names = "--nudge", description = "Before the last question to it.")
  private String nudge = ReplacementSettings.STANDARD_NUDGE;

  @Option(
      names = "--test-fraction",
      paramLabel = "FRACTION",
      description = "Fraction of dialogues kept for the test, in OUTPUT.test.jsonl.")
  private double testFraction = 0.1;

  @Option(names = "--once", description = "Write each pair once, under no system prompt.")
  private boolean once;

  @Option(names = "--seed", description = "Of all draws.")
  private long seed;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "Where completions are kept, so that an interrupted run resumes. Default:"
              + " OUTPUT.answers.jsonl.")
  private @Nullable Path answers;

  @Option(names = "--output", required = true, paramLabel = "FILE", description = "For the pairs.")
  private Path out;

  @Mixin private RecogniserOptions recogniser;
  @Mixin private ScreeningOptions screening;

  @Override
  public Integer call() throws IOException {
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    OptionCheck.needs(
        "--chat-format",
        !modelOptions.chatFormat().equals(TokenizerConfig.DEFAULT_TEMPLATE),
        mode == Mode.CHAT && modelOptions.model().isPresent(),
        "--mode chat and --model");
    if (endpoint.isGiven() == modelOptions.model().isPresent()) {
      throw new IllegalArgumentException(
          "who writes? Expected either --model DIR or --endpoint URL");
    }
    return endpoint.isGiven() ? served() : local();
  }

  private int served() throws IOException {
    EndpointClient client = endpoint.client();
    int atOnce = endpoint.requests();
    boolean isComplete =
        write(
            mode == Mode.CHAT
                ? EndpointChatModel.chat(client, atOnce)
                : EndpointChatModel.text(client, atOnce),
            atOnce);
    return isComplete ? ExitCodes.DONE : ExitCodes.FAILED; // a second run may succeed
  }

  private int local() throws IOException {
    String format = mode == Mode.CHAT ? modelOptions.chatFormat() : ChatFormats.USER_ASSISTANT;
    try (LoadedModel loaded = modelOptions.open(batchSize)) {
      write(
          new LocalChatModel(
              modelOptions.identity() + ", " + format,
              loaded.decoder(batchSize),
              loaded.tokenizer(),
              loaded.chatFormat(format),
              UndoPolicy.NONE,
              0,
              Optional.empty()),
          batchSize);
    }
    return ExitCodes.DONE;
  }

  /** Writes the files; whether every completion that was asked for could be written. */
  private boolean write(ChatModel writer, int atOnce) throws IOException {
    Path kept = answers == null ? beside(".answers.jsonl") : answers;
    Path tests = beside(".test.jsonl");
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        ContentCache<Given> cache = CachedChatModel.openCache(kept)) {
      progress.say(String.format(Locale.ROOT, "completions known: %,d", cache.size()));
      ReplacementFile.Result result =
          new ReplacementFile(
                  screening.importing(progress),
                  screening.settings(),
                  settings(atOnce),
                  recogniser.counting(),
                  new CachedChatModel(writer, cache))
              .write(files, out, tests);
      result.lines().forEach(progress::say);
      progress.say(
          "written: %s, for the test: %s; report: %s"
              .formatted(out, tests, RecordFile.report(out)));
      Optional<String> failures = result.replaced().failures();
      failures.ifPresent(each -> System.err.println("palinode: " + each));
      return failures.isEmpty();
    }
  }

  private Path beside(String ending) {
    return out.resolveSibling(out.getFileName() + ending);
  }

  private ReplacementSettings settings(int atOnce) {
    return new ReplacementSettings(
        system,
        nudge,
        SamplingSettings.temperature(temperature),
        maxNewTokens,
        attempts,
        atOnce,
        seed,
        testFraction,
        once ? Optional.empty() : Optional.of(ReplacementSettings.STANDARD_POLARITIES));
  }
}
