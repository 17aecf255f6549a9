package dev.palinode.data.pairs;

import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportException;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.importing.RecordFile;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.io.function.IOConsumer;

/**
 * Writes a file of training data for backtracking: preference pairs are screened and labelled, and
 * sampled utility rows are added. Rows that are already labelled as safe and unsafe are kept
 * unchanged.
 *
 * @param utilityRatio utility rows per pair, 0 or more; fewer if the files do not have enough
 * @param seed for sampling utility rows
 * @param form converts each example before writing: identity, or {@link ResetPreferences}
 */
public record PairsFile(
    Import importing,
    ScreeningSettings screening,
    PairJudge judge,
    double utilityRatio,
    long seed,
    Function<? super SftExample, ? extends DataRecord> form) {
  public PairsFile {
    UtilityMixture.wanted(0, utilityRatio);
  }

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
    try (RecordFile file = new RecordFile(output, inputs)) {
      try {
        PairsResult result = fill(file, preferences, utility);
        file.commit(manifest(result), Printable.lines(result.toMarkdown(judge.identity())));
        return result;
      } catch (ImportException e) {
        throw file.stopped(e);
      }
    }
  }

  private PairsResult fill(RecordFile file, List<Path> preferences, List<Path> utility)
      throws IOException {
    IOConsumer<SftExample> out = example -> file.accept(form.apply(example));
    PairReport pairs = new PairReport();
    ImportResult imported;
    try (PairLabelling labelling = new PairLabelling(judge, pair -> keep(pair, pairs, out))) {
      imported =
          importing.read(
              preferences,
              screening,
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
    PairsResult made = new PairsResult(imported, pairs, null, 0);
    requireSome(made);
    if (utility.isEmpty()) {
      return made;
    }
    long wanted = UtilityMixture.wanted(made.made(), utilityRatio);
    return new PairsResult(imported, pairs, addUtility(utility, wanted, out, file), wanted);
  }

  /** Reads the files twice, the first time to count. */
  private ImportResult addUtility(
      List<Path> files, long wanted, IOConsumer<SftExample> out, RecordFile rejected)
      throws IOException {
    ImportResult counted =
        importing.read(files, screening, PairsFile::utility, example -> {}, rejected::reject);
    UtilityMixture mix = new UtilityMixture(counted.taken(), wanted, seed);
    return importing.read(
        files,
        screening,
        PairsFile::utility,
        example -> {
          if (mix.takesNext()) {
            out.accept(example);
          }
        },
        (file, broken) -> {});
  }

  private static Optional<UtilityExample> utility(DataRecord item) {
    if (item instanceof UtilityExample example) {
      return Optional.of(example);
    }
    return item instanceof Conversation dialogue && dialogue.endsWithAnswer()
        ? Optional.of(dialogue.lastExchange())
        : Optional.empty();
  }

  private static boolean isPair(DataRecord item) {
    return item instanceof PreferencePair || item instanceof SafetyTriple;
  }

  private static void keep(LabelledPair pair, PairReport report, IOConsumer<SftExample> out)
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
        importing
            .manifest("data pairs", screening)
            .setting("judge", judge.identity())
            .setting("utility_ratio", utilityRatio)
            .setting("seed", seed);
    result.addTo(manifest);
    return manifest;
  }
}
