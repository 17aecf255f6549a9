package dev.palinode.cli.attack;

import dev.palinode.attack.blackbox.BestOfN;
import dev.palinode.attack.blackbox.DecodingParameters;
import dev.palinode.attack.blackbox.MiddleFilling;
import dev.palinode.attack.blackbox.Perturbation;
import dev.palinode.attack.blackbox.Prefilling;
import dev.palinode.attack.blackbox.Reprogramming;
import dev.palinode.attack.gcg.GcgSettings;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code palinode attack}: attacks on a model that the user holds, one command each. */
@Command(
    name = "attack",
    description = {
      "Attack a model of your own, to measure its defences.",
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
    subcommands = {PairCommand.class, SpecialTokensCommand.class, AutoDanCommand.class})
public final class AttackCommand implements Runnable {
  /** As in docs/attacks.md. */
  private static final List<String> ORDER =
      List.of(
          "prefilling",
          "middle-filling",
          "best-of-n",
          "decoding-parameters",
          "pair",
          "reprogramming",
          "special-tokens",
          "gcg",
          "adaptive-gcg",
          "autodan");

  @Spec private CommandSpec spec;

  /** The list of attacks; the JVM has methods in any order. */
  public static String listInOrder(Help help) {
    Map<String, Help> attacks = new LinkedHashMap<>();
    ORDER.forEach(name -> attacks.put(name, help.subcommands().get(name)));
    return help.commandList(attacks);
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  @Command(
      name = "prefilling",
      description = "Begin the answer with the first words of the target, at several depths.")
  int prefilling(
      @Option(
              names = "--depth",
              paramLabel = "WORDS",
              defaultValue = "10",
              description = "Most words; all below are tried.")
          int depth,
      @Mixin AttackOptions options)
      throws IOException {
    return options.run(victim -> new Prefilling(depth));
  }

  @Command(
      name = "middle-filling",
      description =
          "Put the first words of the target into the middle of an answer that has begun safely.")
  int middleFilling(
      @Option(
              names = "--depth",
              paramLabel = "WORDS",
              defaultValue = "10",
              description = "Most words; all below are tried.")
          int depth,
      @Mixin AttackOptions options)
      throws IOException {
    return options.run(victim -> new MiddleFilling(depth));
  }

  @Command(
      name = "best-of-n",
      description = "Ask variants of the request, with typos and the like, until one succeeds.")
  int bestOfN(
      @Option(names = "--n", defaultValue = "100", description = "Most variants of a request.")
          int n,
      @Option(
              names = "--perturbations",
              paramLabel = "NAMES",
              split = ",",
              defaultValue = "typos,case,noise",
              description =
                  "What variants differ in: typos, case, noise, word-order; none for the random"
                      + " numbers alone.")
          List<String> perturbations,
      @Option(
              names = "--strength",
              paramLabel = "FRACTION",
              defaultValue = "0.4",
              description = "Strength of the perturbations, 0 to 1.")
          double strength,
      @Mixin AttackOptions options)
      throws IOException {
    List<Perturbation> used =
        perturbations.equals(List.of("none"))
            ? List.of()
            : perturbations.stream().map(Perturbation::of).toList();
    return options.run(1, victim -> new BestOfN(n, used, strength));
  }

  @Command(
      name = "decoding-parameters",
      description = "Ask the plain request under 49 temperatures, top-k and top-p.")
  int decodingParameters(
      @Option(
              names = "--samples",
              defaultValue = "1",
              description = "Most answers for each of them.")
          int samples,
      @Mixin AttackOptions options)
      throws IOException {
    options.refuseTemperature();
    return options.run(victim -> new DecodingParameters(samples));
  }

  @Command(
      name = "reprogramming",
      description =
          "Tell the model to ignore its reset, to reveal what it withdrew, or to abuse it.")
  int reprogramming(
      @Option(
              names = "--reset-token",
              defaultValue = LoadedModel.RESET,
              description = "How it is spelled.")
          String reset,
      @Mixin AttackOptions options)
      throws IOException {
    return options.run(victim -> new Reprogramming(reset));
  }

  @Command(
      name = "gcg",
      description = "Search a suffix by the model's gradients that makes it begin with the target.")
  int gcg(@Mixin GcgOptions gcg, @Mixin AttackOptions options) throws IOException {
    return gcg(gcg, options, 0);
  }

  @Command(
      name = "adaptive-gcg",
      description = "GCG by an attacker who knows the reset, and makes it unlikely, too.")
  int adaptiveGcg(
      @Option(
              names = "--reset-weight",
              defaultValue = "" + GcgSettings.ADAPTIVE_WEIGHT,
              description = "Of the penalty on the reset's probability; above 0.")
          double resetWeight,
      @Mixin GcgOptions gcg,
      @Mixin AttackOptions options)
      throws IOException {
    if (resetWeight <= 0) {
      throw new IllegalArgumentException(
          "--reset-weight is " + resetWeight + ": expected more than 0, or the attack gcg");
    }
    return gcg(gcg, options, resetWeight);
  }

  private static int gcg(GcgOptions gcg, AttackOptions options, double resetWeight)
      throws IOException {
    try (GcgOptions used = gcg) {
      return options.run(victim -> used.attack(victim, resetWeight));
    }
  }
}
