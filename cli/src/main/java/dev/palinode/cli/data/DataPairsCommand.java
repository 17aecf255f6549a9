package dev.palinode.cli.data;

import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.LabellingOptions;
import dev.palinode.cli.options.ScreeningOptions;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.pairs.PairsFile;
import dev.palinode.data.pairs.PairsResult;
import dev.palinode.data.pairs.ResetPreferences;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.SftExample;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data pairs}: makes pairs of safe and unsafe answers from preferences. */
@Command(
    name = "pairs",
    description = {
      "Label both answers of preferences, and keep pairs of a safe and an unsafe one.",
      "",
      "palinode train makes backtracking models of them. Prefixes of unsafe answers are cut in"
          + " training. A report with counts and examples is left in OUTPUT.report.md.",
      "",
      "Ends with 1 if the judge gave no verdict on more than a hundredth of the answers. They are not"
          + " in the file; the same command asks about them again, and about no others.",
      "",
      "Example: palinode data pairs preferences.jsonl --judge llama-guard-3:DIR --utility"
          + " conversations.jsonl --output pairs.jsonl"
    })
final class DataPairsCommand implements Callable<Integer> {
  /** A larger fraction of answers without a verdict ends with exit code 1. */
  private static final double MOST_FAILURES = 0.01;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Preferences; safe and unsafe answers that are labelled already stay.")
  private List<Path> preferences;

  @Option(
      names = "--utility",
      paramLabel = "FILE",
      description = "Ordinary prompts and answers, or conversations; may be given several times.")
  private List<Path> utility = List.of();

  @Option(
      names = "--utility-ratio",
      paramLabel = "ROWS",
      description = "Utility rows drawn for each pair.")
  private double utilityRatio = 1;

  @Option(names = "--seed", description = "Of all draws.")
  private long seed;

  @Option(
      names = "--dpo-as-text",
      paramLabel = "DIR",
      description =
          "For other trainers: write pairs that elicit or discourage a reset as text, with prefixes"
              + " cut between the tokens of the tokenizer in this folder.")
  private @Nullable Path dpoTokenizer;

  @Option(
      names = "--elicit-fraction",
      paramLabel = "FRACTION",
      description = "Fraction of such pairs that elicit a reset.")
  private double elicitFraction = 0.5;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the pairs go: .jsonl, or .jsonl.gz, or .jsonl.zst.")
  private Path out;

  @Mixin private LabellingOptions labelling;
  @Mixin private ScreeningOptions screening;

  @Override
  public Integer call() throws IOException {
    if (dpoTokenizer == null) {
      return write(example -> example);
    }
    try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.open(dpoTokenizer)) {
      return write(new ResetPreferences(tokenizer, LoadedModel.RESET, elicitFraction, seed)::of);
    }
  }

  private int write(Function<SftExample, DataRecord> form) throws IOException {
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        LabellingOptions used = labelling) {
      PairsFile file =
          new PairsFile(
              screening.importing(progress),
              screening.settings(),
              used.judge(out, progress),
              utilityRatio,
              seed,
              form);
      PairsResult result = file.write(preferences, utility, out);
      result.lines().forEach(progress::say);
      progress.say("labels: " + result.pairs().summary());
      progress.say("written: %s; report: %s".formatted(out, RecordFile.report(out)));
      result.pairs().failures().ifPresent(each -> System.err.println("palinode: " + each));
      return result.pairs().failureRate() > MOST_FAILURES ? ExitCodes.FAILED : ExitCodes.DONE;
    }
  }
}
