package dev.palinode.data.importing;

import dev.palinode.data.Manifest;
import dev.palinode.data.screening.Screening;
import dev.palinode.data.screening.ScreeningReport;
import dev.palinode.data.screening.ScreeningSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An import into a {@link RecordFile}, screened. */
public final class ImportFile {
  private ImportFile() {}

  /**
   * What an import into a file did.
   *
   * @param imported what became of the rows
   * @param screened which records were left out
   * @param records that were written
   */
  public record Result(ImportResult imported, ScreeningReport screened, long records) {}

  /**
   * Imports files and folders.
   *
   * @param importing what reads them
   * @param screening what is left out of training data
   * @param output {@code .jsonl}, packed if it ends in {@code .gz} or {@code .zst}
   * @throws ImportException if the import is stopped, or nothing is left; there is no output then
   * @throws IOException as {@link Import#read} does, or if nothing can be written
   */
  public static Result write(
      Import importing, List<Path> inputs, ScreeningSettings screening, Path output)
      throws IOException {
    Screening screen = new Screening(screening);
    try (RecordFile file = RecordFile.create(output, inputs)) {
      try {
        ImportResult imported =
            importing.read(
                inputs,
                item -> {
                  if (screen.passes(item)) {
                    file.accept(item);
                  }
                },
                file::reject);
        Result result = new Result(imported, screen.report(), file.rows());
        requireSome(result);
        file.commit(manifest(importing.settings(), screening, result));
        return result;
      } catch (ImportException e) {
        throw file.stopped(e);
      }
    }
  }

  private static void requireSome(Result result) throws ImportException {
    if (result.records() == 0) {
      throw new ImportException(
          "all records were screened out: "
              + result.screened().words()
              + ". Evaluation prompts are no training data; screening can be switched off",
          null);
    }
  }

  private static Manifest manifest(
      ImportSettings settings, ScreeningSettings screening, Result result) {
    Manifest manifest = Manifest.of("data import");
    settings.addTo(manifest);
    screening.addTo(manifest);
    result.imported().addTo(manifest, "");
    result.screened().addTo(manifest, "");
    return manifest;
  }
}
