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
 * The published data sets that are known.
 *
 * @param entries all files, those of a kind together
 */
public record Catalog(List<CatalogEntry> entries) {
  private static final YAMLMapper YAML = new YAMLMapper();

  public Catalog {
    entries = List.copyOf(entries);
  }

  /** The catalogue that comes with Palinode. */
  public static Catalog shipped() {
    try (InputStream in = Catalog.class.getResourceAsStream("catalog.yaml")) {
      return new Catalog(YAML.readValue(in, new TypeReference<List<CatalogEntry>>() {}));
    } catch (IOException e) {
      throw new UncheckedIOException("catalog.yaml cannot be read", e);
    }
  }

  /** The entry of that name. */
  public Optional<CatalogEntry> named(String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /** The entry that is this file, whatever it is called. */
  public Optional<CatalogEntry> byContent(FileDigest digest) {
    return entries.stream().filter(entry -> entry.sha256().equals(digest.sha256())).findFirst();
  }

  /**
   * The entry whose file has that name: probably of the same layout, perhaps another version of it.
   */
  public Optional<CatalogEntry> byName(Path file) {
    String name = String.valueOf(file.getFileName());
    return entries.stream().filter(entry -> entry.fileName().equals(name)).findFirst();
  }
}
