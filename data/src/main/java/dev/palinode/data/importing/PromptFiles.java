package dev.palinode.data.importing;

import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.dedup.BenchmarkPrompt;
import dev.palinode.data.dedup.Words;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.record.DataRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads evaluation prompts from files: every question of every record, in any format. */
public final class PromptFiles {
  private PromptFiles() {}

  /**
   * Reads a file or a folder. Questions without words are skipped.
   *
   * @return the prompts, with the name of the file or folder as source, numbered from 0
   * @throws IOException if it cannot be read, or any row is broken
   */
  public static List<BenchmarkPrompt> read(Path file) throws IOException {
    String source = String.valueOf(file.toAbsolutePath().normalize().getFileName());
    List<BenchmarkPrompt> prompts = new ArrayList<>();
    ImportSettings strict = new ImportSettings(ImportSettings.DEFAULT.format(), 0, 0, false);
    new Import(strict, Catalog.shipped(), RecordFiles.Progress.SILENT)
        .read(List.of(file), item -> add(item, source, prompts), (name, broken) -> {});
    return prompts;
  }

  private static void add(DataRecord item, String source, List<BenchmarkPrompt> prompts) {
    for (String question : item.questions()) {
      if (Words.of(question).count() > 0) {
        prompts.add(new BenchmarkPrompt(source, prompts.size(), question));
      }
    }
  }
}
