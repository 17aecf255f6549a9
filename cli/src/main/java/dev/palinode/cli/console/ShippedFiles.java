package dev.palinode.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the source tree (recipes, lexicons, the small model), found from any folder. */
public final class ShippedFiles {
  /** The small model, which commands use that are given none. */
  public static final Path MODEL = Path.of("models/safety-world");

  private ShippedFiles() {}

  /** The product's own folder, set by the launcher. */
  public static Path home() {
    return Path.of(System.getProperty("palinode.home", "."));
  }

  /** The path, or the path in the product's folder if only that exists. */
  public static Path orShipped(Path path) {
    Path shipped = home().resolve(path);
    return !Files.exists(path) && Files.exists(shipped) ? shipped : path;
  }

  /**
   * As {@link #orShipped}, for a file that must exist.
   *
   * @throws IOException if it is in neither place; the message names them
   */
  public static Path find(Path path) throws IOException {
    Path found = orShipped(path);
    if (!Files.exists(found)) {
      Path here = Path.of("").toAbsolutePath();
      Path product = home().toAbsolutePath().normalize();
      String where =
          path.isAbsolute()
              ? ""
              : here.equals(product)
                  ? " in " + here
                  : ", neither in %s nor in %s".formatted(here, product);
      throw new IOException(path + ": there is no such file" + where);
    }
    return found;
  }
}
