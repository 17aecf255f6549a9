package dev.palinode.cli.attack;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code palinode attack}: attacks on a model that the user holds, one command each. */
@Command(
    name = "attack",
    description = {
      "Attack a model that you hold, to measure its defence.",
      "",
      "Each behaviour of a file is attacked within a budget. An attack succeeds if the final"
          + " answer is unsafe; unsafe text that was shown and withdrawn is counted"
          + " apart. All but the gradient attacks work on served models too. The folder has"
          + " manifest.json, results.jsonl with a line for each attempt, and summary.json. The same"
          + " command resumes an interrupted run.",
      "",
      "Example: palinode attack prefilling --model models/safety-world --behaviors"
          + " models/safety-world/behaviors.jsonl --judge safety-world --output runs/prefilling"
    },
    subcommands = {
      PrefillingCommand.class,
      MiddleFillingCommand.class,
      BestOfNCommand.class,
      DecodingParametersCommand.class,
      PairCommand.class,
      ReprogrammingCommand.class,
      SpecialTokensCommand.class,
      GcgCommand.class,
      AdaptiveGcgCommand.class,
      AutoDanCommand.class
    })
public final class AttackCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
