package dev.palinode.data.importing;

import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.record.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An import into a {@link RecordFile}, screened. */
public final class ImportFile {
  private ImportFile() {}

  /**
   * Imports files and folders.
   *
   * @param importing what reads them
   * @param screening what is left out of training data
   * @param output {@code .jsonl}, packed if it ends in {@code .gz} or {@code .zst}
   * @throws ImportException if the import is stopped, or nothing is left; there is no output then
   * @throws IOException as {@link Import#read} does, or if nothing can be written
   */
  public static Intake write(
      Import importing, List<Path> inputs, ScreeningSettings screening, Path output)
      throws IOException {
    try (RecordFile file = RecordFile.create(output, inputs)) {
      try {
        Intake intake = Intake.read(importing, inputs, screening, Optional::of, file, file::reject);
        if (intake.taken() == 0) {
          throw new ImportException(
              "all records were screened out: "
                  + intake.screened().words()
                  + ". Evaluation prompts are no training data; screening can be switched off",
              null);
        }
        Manifest manifest = Intake.manifest("data import", importing, screening);
        intake.addTo(manifest, "");
        file.commit(manifest);
        return intake;
      } catch (ImportException e) {
        throw file.stopped(e);
      }
    }
  }
}
