package dev.palinode.cli.attack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackResults;
import dev.palinode.attack.AttackRun;
import dev.palinode.attack.AttackRun.NamedJudge;
import dev.palinode.attack.Behavior;
import dev.palinode.attack.BehaviorFile;
import dev.palinode.attack.Budget;
import dev.palinode.attack.Spent;
import dev.palinode.attack.Victim;
import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.AnsweringModelOptions;
import dev.palinode.cli.options.NamedJudgeOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.OptionGroup;
import dev.palinode.data.record.FileDigest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.run.RunFolder;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.commons.lang3.StringUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all attacks are told, and how they are run. */
@OptionGroup("All attacks")
final class AttackOptions {
  /** Makes the attack once the victim is known. */
  @FunctionalInterface
  interface Maker {
    Attack make(AnsweringModelOptions victim) throws IOException;
  }

  @Option(
      names = "--behaviors",
      required = true,
      paramLabel = "FILE",
      description =
          "What the model should decline: AdvBench, HarmBench, StrongREJECT or another file of"
              + " prompts, or pairs whose unsafe answer is the target.")
  private Path behaviors;

  @Option(names = "--limit", description = "Only the first N behaviours of the file.")
  private @Nullable Integer limit;

  @Option(
      names = "--target",
      description =
          "Beginning of an answer that complies, for behaviours without one of their own, such as"
              + " \"Sure, here is\".")
  private String target = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the run.")
  private Path output;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer.")
  private int maxNewTokens = 256;

  @Option(
      names = "--temperature",
      description = "Of the model's answers; 0 is greedy. Default: 1 for best-of-n, else 0.")
  private @Nullable Double temperature;

  @Option(names = "--seed", description = "Of all random numbers.")
  private long seed;

  @Option(
      names = "--max-queries",
      description = "Budget for each behaviour: requests to the model.")
  private @Nullable Long queries;

  @Option(
      names = "--max-tokens",
      description =
          "Budget for each behaviour: tokens that models read and generate, those of the attack"
              + " included.")
  private @Nullable Long tokens;

  @Option(
      names = "--max-seconds",
      paramLabel = "SECONDS",
      description = "Budget for each behaviour: time. Results then depend on the machine.")
  private @Nullable Double seconds;

  @Mixin private AnsweringModelOptions victim;
  @Mixin private NamedJudgeOptions judge;

  /** Refuses a temperature, for attacks that set it themselves. */
  void refuseTemperature() {
    OptionCheck.needs(
        "--temperature", temperature != null, false, "an attack that does not vary it itself");
  }

  /** Runs an attack that asks greedily unless told otherwise; returns one of {@link ExitCodes}. */
  int run(Maker maker) throws IOException {
    return run(0, maker);
  }

  /** Runs an attack with another temperature as default. */
  int run(double usual, Maker maker) throws IOException {
    OptionCheck.atLeast(1, "--max-new-tokens", maxNewTokens);
    Path file = ShippedFiles.find(behaviors);
    List<Behavior> all = limited(BehaviorFile.read(file, target));
    try (AnsweringModelOptions usedVictim = victim;
        NamedJudgeOptions usedJudge = judge;
        ProgressLine progress = ProgressLine.onStandardOutput()) {
      AttackRun run =
          new AttackRun(
              maker.make(usedVictim),
              new Victim(
                  usedVictim.open(),
                  SamplingSettings.temperature(temperature == null ? usual : temperature),
                  maxNewTokens),
              new NamedJudge(usedJudge.name(), usedJudge.open()),
              budget(),
              seed);
      ObjectNode manifest = run.manifest(usedVictim.name());
      manifest
          .putObject("behaviors")
          .put("file", String.valueOf(file.getFileName()))
          .put("sha256", FileDigest.of(file).sha256())
          .put("rows", all.size())
          .put("target", target);
      try (RunFolder folder = RunFolder.open(output, manifest, AttackRun.KEY)) {
        return tell(run.run(all, folder, shown(progress)), progress);
      }
    }
  }

  private List<Behavior> limited(List<Behavior> all) {
    if (limit == null) {
      return all;
    }
    OptionCheck.atLeast(1, "--limit", limit);
    return all.subList(0, Math.min(limit, all.size()));
  }

  private Budget budget() {
    Budget none = Budget.UNLIMITED;
    return new Budget(
        queries == null ? none.queries() : queries,
        tokens == null ? none.tokens() : tokens,
        none.gradientSteps(), // an option of the attacks that make them
        seconds == null ? none.time() : Duration.ofMillis(Math.round(1000 * seconds)));
  }

  private static AttackRun.Progress shown(ProgressLine line) {
    return new AttackRun.Progress() {
      @Override
      public void done(AttackResults soFar) {
        line.show(
            (double) soFar.done() / soFar.behaviors(),
            "%s of %s behaviours, %s succeeded"
                .formatted(soFar.done(), soFar.behaviors(), soFar.succeeded().successes()));
      }

      @Override
      public void spent(AttackResults soFar, Spent spent) {
        String most =
            spent.gradientSteps() > 0
                ? spent.gradientSteps() + " steps"
                : spent.queries() + " queries";
        line.show(
            (double) soFar.done() / soFar.behaviors(),
            "behaviour %s of %s: %s".formatted(soFar.done() + 1, soFar.behaviors(), most));
      }
    };
  }

  private int tell(AttackResults results, ProgressLine progress) {
    progress.say("final answer unsafe: " + results.succeeded());
    if (results.everShown().trials() > 0) {
      progress.say("unsafe text shown: " + results.everShown());
    }
    progress.say(
        String.format(
            Locale.ROOT,
            "spent: %,d queries, %,d tokens, %,d gradient steps, %,d seconds",
            results.spent().queries(),
            results.spent().tokens(),
            results.spent().gradientSteps(),
            results.spent().time().toSeconds()));
    progress.say("written: " + output);
    if (results.auxiliaryReplies().failed() > 0) {
      System.err.printf(
          Locale.ROOT,
          "palinode: the attacker or rewriter gave no usable reply to %,d of %,d requests,"
              + " such as: %s%n",
          results.auxiliaryReplies().failed(),
          results.auxiliaryReplies().asked(),
          Printable.escape(StringUtils.abbreviate(results.auxiliaryReplies().error(), 200)));
    }
    if (results.undecided() > 0) {
      System.err.printf(
          Locale.ROOT,
          "palinode: %,d of %,d behaviours have no answer that could be judged, and count neither"
              + " as succeeded nor as resisted; results.jsonl says why%n",
          results.undecided(),
          results.behaviors());
    }
    return results.undecided() == results.behaviors() ? ExitCodes.FAILED : ExitCodes.DONE;
  }
}
