package dev.palinode.data.importing;

import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.ImportReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file that was imported.
 *
 * @param path as the caller named it, or named its folder
 * @param name what it is called in reports, the same on every machine
 * @param digest of its bytes
 * @param format name of the format it was read with
 * @param known the entry of the catalogue that it is, byte for byte; null if it is none
 * @param namesake an entry whose file has that name and other content; null if there is none
 * @param report what became of its rows
 * @param damage where and how it breaks off; null if it is whole
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
  /** What a manifest says of it beside name and hash. */
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
