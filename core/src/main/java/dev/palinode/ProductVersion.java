package dev.palinode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this build: the one that its {@code pom.xml} has, which Maven copies here. */
public final class ProductVersion {
  private static final String FILE = "version.properties";

  private ProductVersion() {}

  /** For example {@code 0.1.0-SNAPSHOT}. */
  public static String current() {
    try (InputStream file = ProductVersion.class.getResourceAsStream(FILE)) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(file, FILE));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
