package dev.palinode.cli.attack;

import dev.palinode.attack.AuxiliaryModel;
import dev.palinode.attack.autodan.AutoDan;
import dev.palinode.attack.autodan.AutoDanSettings;
import dev.palinode.attack.autodan.ModelRewriter;
import dev.palinode.attack.autodan.Paraphrases;
import dev.palinode.attack.autodan.Rewriter;
import dev.palinode.attack.autodan.Seeds;
import dev.palinode.attack.autodan.TableRewriter;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palinode attack autodan}. */
@Command(
    name = "autodan",
    description =
        "Improve readable prompts around the request, so that the model begins with the target.")
final class AutoDanCommand implements Callable<Integer> {
  private static final int REWRITTEN_TOGETHER = 8;

  @Option(
      names = "--seeds",
      required = true,
      paramLabel = "FILE",
      description = "Prompts to begin with, separated by lines of ---, with {request} in them.")
  private Path seeds;

  @Option(
      names = "--paraphrases",
      required = true,
      paramLabel = "FILE",
      description = "Words and phrases that may replace each other: a line for each group, with |.")
  private Path paraphrases;

  @Option(
      names = "--rewriter",
      paramLabel = "MODEL",
      description =
          "A model that rewrites prompts: DIR, or NAME@URL if it is served (with key=VARIABLE)."
              + " Default: the paraphrases.")
  private @Nullable String model;

  @Option(names = "--population", description = "Prompts in a generation.")
  private int population = AutoDanSettings.DEFAULT.population();

  @Option(names = "--generations", description = "Most generations.")
  private int generations = AutoDanSettings.DEFAULT.generations();

  @Mixin private AttackOptions options;

  @Override
  public Integer call() throws IOException {
    Paraphrases table = Paraphrases.read(ShippedFiles.find(paraphrases));
    if (model == null) {
      return run(table, new TableRewriter(table));
    }
    try (OpenedChatModel rewriter = OpenedChatModel.open(model, REWRITTEN_TOGETHER)) {
      return run(table, new ModelRewriter(new AuxiliaryModel(rewriter.model())));
    }
  }

  private int run(Paraphrases table, Rewriter rewriter) throws IOException {
    Seeds first = Seeds.read(ShippedFiles.find(seeds));
    AutoDanSettings settings = AutoDanSettings.DEFAULT.with(population, generations);
    return options.run(
        victim -> {
          LoadedModel attacked = victim.openForLikelihoods();
          return new AutoDan(
              attacked, victim.chatFormat(attacked), first, table, rewriter, settings);
        });
  }
}
