package dev.palinode.cli.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that come along (recipes, lexicons, the small model), which are found from any folder. */
public final class ShippedFiles {
  private ShippedFiles() {}

  /** The product's own folder, which the launcher tells. */
  public static Path home() {
    return Path.of(System.getProperty("palinode.home", "."));
  }

  /** The path, or if there is nothing, that of the same name in the product's folder. */
  public static Path orShipped(Path path) {
    Path shipped = home().resolve(path);
    return !Files.exists(path) && Files.exists(shipped) ? shipped : path;
  }

  /**
   * Likewise, of what has to be there.
   *
   * @throws IOException if it is in neither place; the message names both
   */
  public static Path find(Path path) throws IOException {
    Path found = orShipped(path);
    if (!Files.exists(found)) {
      String where =
          path.isAbsolute()
              ? ""
              : ", neither in %s nor in %s"
                  .formatted(Path.of("").toAbsolutePath(), home().toAbsolutePath().normalize());
      throw new IOException(path + ": there is no such file" + where);
    }
    return found;
  }
}
