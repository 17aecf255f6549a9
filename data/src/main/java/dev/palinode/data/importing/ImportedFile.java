package dev.palinode.data.importing;

import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.ImportReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of importing one file.
 *
 * @param path the path as the caller named it, or in the folder that the caller named
 * @param name machine-independent name for reports
 * @param digest size and hash
 * @param format name of the format it was read with
 * @param known the catalogue entry with the same hash; null if there is none
 * @param namesake the catalogue entry with the same file name but other content; null if there is
 *     none
 * @param report counts of its rows
 * @param damage where and how it is damaged; null if it is whole
 */
public record ImportedFile(
    Path path,
    String name,
    FileDigest digest,
    String format,
    @Nullable CatalogEntry known,
    @Nullable CatalogEntry namesake,
    ImportReport report,
    @Nullable String damage) {
  /** Its properties in a manifest, besides name and hash. */
  Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("format", format);
    if (known != null) {
      facts.put("catalogue", known.name());
      facts.put("licence", known.licence());
    }
    return facts;
  }
}
