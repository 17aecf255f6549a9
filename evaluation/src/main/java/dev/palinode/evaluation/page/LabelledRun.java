package dev.palinode.evaluation.page;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A run for a page. Runs of different models under one label are of one method, trained with
 * several seeds: the page has their mean and range. The first label is the baseline.
 *
 * @param label of the method; empty for the name of the run's own model
 * @param folder of the run, or of a sweep, whose points are runs
 */
public record LabelledRun(String label, Path folder) {
  /** Of {@code LABEL=FOLDER}, or of a folder, which may have an equals sign in its name. */
  public static LabelledRun parse(String text) {
    int equals = text.indexOf('=');
    return equals < 0 || Files.exists(Path.of(text))
        ? new LabelledRun("", Path.of(text))
        : new LabelledRun(
            text.substring(0, equals).strip(), Path.of(text.substring(equals + 1).strip()));
  }
}
