package dev.palinode.data.pairs;

import dev.palinode.data.Conversation;
import dev.palinode.data.DataRecord;
import dev.palinode.data.RecordSink;
import dev.palinode.data.UtilityExample;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.screening.Screening;
import dev.palinode.data.screening.ScreeningReport;
import dev.palinode.data.screening.ScreeningSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was drawn of utility files.
 *
 * @param imported rows of the files
 * @param screened what was left out of them
 * @param available examples to draw from
 * @param wanted examples that were asked for
 * @param drawn examples that were taken
 */
public record UtilityDraw(
    ImportResult imported, ScreeningReport screened, long available, long wanted, long drawn) {
  /**
   * Draws examples, by reading the files twice: once to count them.
   *
   * @param wanted examples; all, if there are not as many
   * @param out takes them, in the order of the files
   * @param aside takes broken rows
   * @throws IOException as {@link Import#read}, or from the sinks
   */
  static UtilityDraw of(
      Import importing,
      List<Path> files,
      ScreeningSettings settings,
      long wanted,
      long seed,
      RecordSink<? super UtilityExample> out,
      Import.BrokenRowSink aside)
      throws IOException {
    long[] counts = {0, 0};
    Screening first = new Screening(settings);
    importing.read(files, passing(first, example -> counts[0]++), aside);
    UtilityMix mix = new UtilityMix(counts[0], wanted, seed);
    Screening second = new Screening(settings);
    ImportResult imported =
        importing.read(
            files,
            passing(
                second,
                example -> {
                  if (mix.takesNext()) {
                    out.accept(example);
                    counts[1]++;
                  }
                }),
            (file, broken) -> {});
    return new UtilityDraw(imported, second.report(), counts[0], wanted, counts[1]);
  }

  private static RecordSink<DataRecord> passing(
      Screening screening, RecordSink<? super UtilityExample> out) {
    return item -> {
      Optional<UtilityExample> example = example(item);
      if (example.isPresent() && screening.passes(item)) {
        out.accept(example.get());
      }
    };
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
