package dev.palinode.data.importing;

import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.record.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Imports files into a {@link RecordFile}, with screening. */
public final class ImportFile {
  private ImportFile() {}

  /**
   * Imports files and folders.
   *
   * @param importing reads the files
   * @param screening what is filtered out of training data
   * @param output {@code .jsonl}, compressed if it ends in {@code .gz} or {@code .zst}
   * @throws ImportException if the import is stopped, or no record is left; then there is no output
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
                  + intake.screened().summary()
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
