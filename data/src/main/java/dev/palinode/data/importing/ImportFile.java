package dev.palinode.data.importing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.BrokenRowException;
import dev.palinode.data.ImportReport;
import dev.palinode.data.Manifest;
import dev.palinode.data.Place;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.data.format.RecordJson;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An import into a file: the records as JSON Lines, broken rows beside it in {@code
 * OUTPUT.rejected.jsonl}, and a {@link Manifest}.
 *
 * <p>If the import is stopped there is no output, and an older one stays as it was; the broken rows
 * are there all the same, so that everybody sees why.
 */
public final class ImportFile implements Closeable {
  private final Path output;
  private final ImportSettings settings;
  private final JsonLinesWriter records;
  private @Nullable JsonLinesWriter rejected;

  private ImportFile(Path output, ImportSettings settings) throws IOException {
    this.output = output;
    this.settings = settings;
    this.records = JsonLinesWriter.create(output);
  }

  /**
   * Imports files and folders.
   *
   * @param importing what reads them
   * @param output {@code .jsonl}, packed if it ends in {@code .gz} or {@code .zst}
   * @throws IOException as {@link Import#read} does, or if nothing can be written
   */
  public static ImportResult write(Import importing, List<Path> inputs, Path output)
      throws IOException {
    try (ImportFile file = new ImportFile(output, importing.settings())) {
      ImportResult result;
      try {
        result =
            importing.read(
                inputs, item -> file.records.write(RecordJson.write(item)), file::reject);
      } catch (ImportException e) {
        throw file.stopped(e);
      }
      file.finish(result);
      return result;
    }
  }

  /** Where the broken rows of an import lie, if there are any. */
  public static Path rejected(Path output) {
    return output.resolveSibling(output.getFileName() + ".rejected.jsonl");
  }

  @Override
  public void close() throws IOException {
    try (JsonLinesWriter first = rejected) {
      records.close();
    }
  }

  private void reject(String file, BrokenRowException broken) throws IOException {
    if (rejected == null) {
      rejected = JsonLinesWriter.create(rejected(output));
    }
    Place place = broken.place();
    ObjectNode row = JsonNodeFactory.instance.objectNode().put("file", file);
    row.put(place.unit() == Place.Unit.LINE ? "line" : "record", place.number());
    rejected.write(row.put("reason", broken.problem()).put("text", broken.text()));
  }

  private ImportException stopped(ImportException e) throws IOException {
    String aside = rejected == null ? "" : " The broken rows are in " + rejected(output) + ".";
    commitRejected();
    return new ImportException(e.getMessage() + "." + aside + " Nothing was imported", e);
  }

  private void finish(ImportResult result) throws IOException {
    commitRejected();
    records.commit();
    ImportReport report = result.report();
    Manifest manifest =
        Manifest.of("data import")
            .setting("format", settings.format())
            .setting("max_broken_share", settings.maxBrokenShare())
            .setting("max_broken", settings.maxBroken())
            .setting("allow_damaged", settings.allowDamaged())
            .count("rows_read", report.read())
            .count("rows_kept", report.kept())
            .count("rows_broken", report.broken());
    report
        .dropped()
        .forEach((reason, count) -> manifest.count("rows_dropped_" + lower(reason), count));
    for (ImportedFile each : result.files()) {
      manifest.input(each.name(), each.digest(), facts(each));
      if (each.damage() != null) {
        manifest.note(each.name() + " breaks off: " + each.damage());
      }
    }
    manifest.write(output, report.records());
  }

  private void commitRejected() throws IOException {
    if (rejected == null) {
      Files.deleteIfExists(rejected(output)); // of an earlier import
    } else {
      rejected.commit();
    }
  }

  private static Map<String, String> facts(ImportedFile file) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", file.format());
    CatalogEntry known = file.known();
    if (known != null) {
      facts.put("catalogue", known.name());
      facts.put("licence", known.licence());
    }
    return facts;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
