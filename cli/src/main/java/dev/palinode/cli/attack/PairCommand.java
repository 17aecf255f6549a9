package dev.palinode.cli.attack;

import dev.palinode.attack.AuxiliaryModel;
import dev.palinode.attack.pair.Attacker;
import dev.palinode.attack.pair.ModelAttacker;
import dev.palinode.attack.pair.Pair;
import dev.palinode.attack.pair.ScriptedAttacker;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.io.TextFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code palinode attack pair}. */
@Command(
    name = "pair",
    description = "Let another model rewrite the request, and learn from each answer.")
final class PairCommand implements Callable<Integer> {
  /** Who rewrites: one of them. */
  static final class Rewriter {
    @Option(
        names = "--attacker",
        paramLabel = "MODEL",
        description =
            "A model that follows instructions: DIR, or NAME@URL if it is served (with"
                + " key=VARIABLE).")
    private @Nullable String model;

    @Option(
        names = "--wordings",
        paramLabel = "FILE",
        description = "No model but wordings, one on each line, with {request} in them.")
    private @Nullable Path wordings;
  }

  @ArgGroup(multiplicity = "1")
  private Rewriter rewriter;

  @Option(names = "--streams", description = "Conversations with the attacker.")
  private int streams = 20;

  @Option(names = "--depth", description = "Most prompts of each of them.")
  private int depth = 3;

  @Mixin private AttackOptions options;

  @Override
  public Integer call() throws IOException {
    if (rewriter.wordings != null) {
      Path file = ShippedFiles.find(rewriter.wordings);
      return run(new ScriptedAttacker(TextFiles.lines(file)));
    }
    String model = String.valueOf(rewriter.model);
    try (OpenedChatModel attacker = OpenedChatModel.open(model, streams)) {
      return run(new ModelAttacker(new AuxiliaryModel(attacker.model())));
    }
  }

  private int run(Attacker attacker) throws IOException {
    return options.run(victim -> new Pair(attacker, streams, depth));
  }
}
