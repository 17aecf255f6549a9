package dev.palinode.demo;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The resource files of a world: words, recipes and models. */
public final class WorldFiles {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private WorldFiles() {}

  /**
   * A YAML resource in the package of a class.
   *
   * @param type a record whose components are the file's keys
   */
  public static <T extends Record> T read(Class<?> owner, String name, Class<T> type) {
    try {
      return YAML.readValue(text(owner, name), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a YAML file. */
  static void write(Path file, ObjectNode content) throws IOException {
    AtomicFile.replace(file, YAML.writeValueAsString(content));
  }

  /** The text of a resource in the package of a class. */
  static String text(Class<?> owner, String name) throws IOException {
    try (InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not on the class path: the installation is incomplete");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
