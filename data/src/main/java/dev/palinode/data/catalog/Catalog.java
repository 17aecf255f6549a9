package dev.palinode.data.catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.data.record.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Catalogue of known published data sets.
 *
 * @param entries all files, grouped by kind
 */
public record Catalog(List<CatalogEntry> entries) {
  private static final YAMLMapper YAML = new YAMLMapper();

  public Catalog {
    entries = List.copyOf(entries);
  }

  /** The catalogue that is included in Palinode. */
  public static Catalog shipped() {
    try (InputStream in = Catalog.class.getResourceAsStream("catalog.yaml")) {
      return new Catalog(YAML.readValue(in, new TypeReference<List<CatalogEntry>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("catalog.yaml cannot be read", e);
    }
  }

  /** The entry with this name. */
  public Optional<CatalogEntry> named(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The entry whose hash is that of the file, whatever the file's name. */
  public Optional<CatalogEntry> byContent(FileDigest digest) {
    return entries.stream().filter(entry -> entry.sha256().equals(digest.sha256())).findFirst();
  }

  /** The entry whose file has this name: probably the same layout, perhaps another version. */
  public Optional<CatalogEntry> byName(Path file) {
    String name = String.valueOf(file.getFileName());
    return entries.stream().filter(entry -> entry.fileName().equals(name)).findFirst();
  }
}
