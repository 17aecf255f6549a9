package dev.palinode.data.pairs;

import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.Intake;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.labeling.OrderedLabelling;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.RecordSink;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a file of training data for backtracking: preference pairs are screened and labelled, and
 * sampled utility rows are added. Rows that are already labelled as safe and unsafe are kept
 * unchanged.
 *
 * @param importing reads the files
 * @param labels labels the preference pairs
 * @param judge name of the judge, for report and manifest
 * @param form converts each example before writing: identity, or {@link ResetPreferences}
 */
public record PairsFile(
    Import importing,
    PairsSettings settings,
    PairLabels labels,
    String judge,
    Function<? super SftExample, ? extends DataRecord> form) {
  /**
   * Writes the file, its report and its manifest.
   *
   * @param preferences files and folders
   * @param utility files and folders, read twice; may be empty
   * @throws ImportException if an import is stopped, or no pair is left; then there is no output
   * @throws IOException if a file cannot be read or written
   */
  public PairsResult write(List<Path> preferences, List<Path> utility, Path output)
      throws IOException {
    List<Path> inputs = new ArrayList<>(preferences);
    inputs.addAll(utility);
    try (RecordFile file = RecordFile.create(output, inputs)) {
      try {
        PairsResult result = fill(file, preferences, utility);
        file.commit(manifest(result), Printable.lines(result.toMarkdown(judge)));
        return result;
      } catch (ImportException e) {
        throw file.stopped(e);
      }
    }
  }

  private PairsResult fill(RecordFile file, List<Path> preferences, List<Path> utility)
      throws IOException {
    RecordSink<SftExample> out = example -> file.accept(form.apply(example));
    PairReport pairs = new PairReport();
    Intake intake;
    try (OrderedLabelling<PreferencePair> labelling =
        labels.start(pair -> keep(pair, pairs, out))) {
      intake =
          Intake.read(
              importing,
              preferences,
              settings.screening(),
              item -> Optional.of(item).filter(PairsFile::isPair),
              item -> {
                if (item instanceof PreferencePair pair) {
                  labelling.accept(pair);
                } else if (item instanceof SafetyTriple triple) {
                  labelling.finish(); // keeps the order of the data
                  out.accept(triple);
                }
              },
              file::reject);
      labelling.finish();
    }
    PairsResult made = new PairsResult(intake, pairs, null);
    requireSome(made);
    return utility.isEmpty()
        ? made
        : new PairsResult(
            intake,
            pairs,
            UtilitySampler.of(importing, utility, settings, made.made(), out, file::reject));
  }

  private static boolean isPair(DataRecord item) {
    return item instanceof PreferencePair || item instanceof SafetyTriple;
  }

  private static void keep(LabelledPair pair, PairReport report, RecordSink<SftExample> out)
      throws IOException {
    report.add(pair);
    if (pair.outcome().isKept()) {
      out.accept(pair.toTriple());
    }
  }

  private static void requireSome(PairsResult result) throws ImportException {
    if (result.made() == 0) {
      throw new ImportException(
          "no pair is left. Labels: "
              + result.pairs().summary()
              + ". "
              + result.pairs().failures().map(each -> "Judge: " + each + ". ").orElse("")
              + String.join(". ", result.lines().subList(0, 3)),
          null);
    }
  }

  private Manifest manifest(PairsResult result) {
    Manifest manifest =
        Intake.manifest("data pairs", importing, settings.screening())
            .setting("judge", judge)
            .setting("utility_ratio", settings.utilityRatio())
            .setting("seed", settings.seed());
    result.addTo(manifest);
    return manifest;
  }
}
