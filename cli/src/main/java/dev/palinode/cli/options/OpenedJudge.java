package dev.palinode.cli.options;

import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.demo.pii.PiiWorld;
import dev.palinode.demo.safety.SafetyWorld;
import dev.palinode.endpoint.Endpoint;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.JudgeSettings;
import dev.palinode.evaluation.judging.Judges;
import dev.palinode.evaluation.judging.PairwiseJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Opens the judges that {@code --judge} names: the exact ones of the demo's worlds among them. */
final class OpenedJudge {
  private OpenedJudge() {}

  /**
   * Opens a judge; the caller closes it.
   *
   * @param data folder of data files
   * @param isBatchInvariant as of {@link Judges}
   */
  static AnswerJudge of(JudgeSettings settings, Path data, boolean isBatchInvariant)
      throws IOException {
    return judges(data, isBatchInvariant)
        .open(Endpoint.isNamed(settings.place()) ? settings : found(settings));
  }

  /** Opens a judge of pairs of answers; the caller closes it. */
  static PairwiseJudge pairwise(JudgeSettings settings, Path data) throws IOException {
    return judges(data, /* isBatchInvariant= */ false).openPairwise(settings);
  }

  private static Judges judges(Path data, boolean isBatchInvariant) {
    return new Judges(
        data,
        Map.of(
            "safety-world",
            AnswerJudge.of(SafetyWorld.judge(), "exact judge safety-world"),
            "pii-world",
            PiiWorld.countingJudge()),
        ServedModel::client,
        isBatchInvariant);
  }

  /** With its file or folder where it is: lexicons, and models for the worlds, are shipped. */
  private static JudgeSettings found(JudgeSettings settings) {
    String file = ShippedFiles.orShipped(Path.of(settings.place())).toString();
    return new JudgeSettings(settings.kind(), file, settings.values());
  }
}
