package dev.palinode.data.pairs;

import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.Intake;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.RecordSink;
import dev.palinode.data.record.UtilityExample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Result of sampling utility files.
 *
 * @param intake examples that were available
 * @param wanted number of examples that were requested
 */
public record UtilitySampler(Intake intake, long wanted) {
  /**
   * Samples examples. The files are read twice, the first time to count.
   *
   * @param pairs number of pairs to which they are added; all examples are taken if there are fewer
   *     than wanted
   * @param out receives them, in the order of the files
   * @param aside receives broken rows
   * @throws IOException as {@link Import#read}, or from the sinks
   */
  static UtilitySampler of(
      Import importing,
      List<Path> files,
      PairsSettings settings,
      long pairs,
      RecordSink<? super UtilityExample> out,
      Import.BrokenRowSink aside)
      throws IOException {
    Intake counted =
        Intake.read(
            importing, files, settings.screening(), UtilitySampler::example, example -> {}, aside);
    long wanted = UtilityMixture.wanted(pairs, settings.utilityRatio());
    UtilityMixture mix = new UtilityMixture(counted.taken(), wanted, settings.seed());
    Intake drawn =
        Intake.read(
            importing,
            files,
            settings.screening(),
            UtilitySampler::example,
            example -> {
              if (mix.takesNext()) {
                out.accept(example);
              }
            },
            (file, broken) -> {});
    return new UtilitySampler(drawn, wanted);
  }

  /** Number of examples that were sampled. */
  public long drawn() {
    return Math.min(wanted, intake.taken());
  }

  void addTo(Manifest manifest) {
    intake.addTo(manifest, "utility_");
    manifest
        .count("utility_available", intake.taken())
        .count("utility_wanted", wanted)
        .count("utility_drawn", drawn());
  }

  /** One-line summary. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%,d utility rows drawn of %,d (%,d wanted); screened out of them: %s",
        drawn(),
        intake.taken(),
        wanted,
        intake.screened().summary());
  }

  private static Optional<UtilityExample> example(DataRecord item) {
    if (item instanceof UtilityExample example) {
      return Optional.of(example);
    }
    return item instanceof Conversation dialogue && dialogue.endsWithAnswer()
        ? Optional.of(dialogue.lastExchange())
        : Optional.empty();
  }
}
