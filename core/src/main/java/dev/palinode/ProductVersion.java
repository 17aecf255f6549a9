package dev.palinode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version in {@code pom.xml} and the git revision of this build. */
public final class ProductVersion {
  private static final String FILE = "version.properties";

  private ProductVersion() {}

  /** The version, for example {@code 0.1.0-SNAPSHOT}. */
  public static String current() {
    return property("version");
  }

  /** The git commit that was built; empty where the sources were not in a git repository. */
  public static String revision() {
    return property("revision");
  }

  private static String property(String name) {
    try (InputStream file = ProductVersion.class.getResourceAsStream(FILE)) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(file, FILE));
      return properties.getProperty(name, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
