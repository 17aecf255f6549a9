package dev.palinode.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.opentest4j.TestAbortedException;

/**
 * Where tests find reference numbers, public data sets and small models: folders outside the
 * repository, named by the system properties {@code palinode.fixtures}, {@code palinode.data} and
 * {@code palinode.models}. Without such a property, {@code ../shared/} beside the project's root
 * ({@code palinode.root}, or the parent of the working directory) is looked at.
 *
 * <p>A test that asks for something that is not there is skipped, with a line that says what.
 */
public final class Fixtures {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What has been said to be missing: once is enough. */
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private Fixtures() {}

  /** A file or folder among the reference numbers. */
  public static Path fixture(String path) {
    return require("fixtures", path);
  }

  /** A file or folder among the public data sets. */
  public static Path data(String path) {
    return require("data", path);
  }

  /** A file or folder among the small models. */
  public static Path model(String path) {
    return require("models", path);
  }

  /** The JSON in a file. */
  public static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** A JSON array of token ids. */
  public static int[] ids(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.path(i).intValue()).toArray();
  }

  private static Path require(String kind, String path) {
    String property = "palinode." + kind;
    String root = System.getProperty("palinode.root", "..");
    Path folder =
        Path.of(System.getProperty(property, Path.of(root, "..", "shared", kind).toString()));
    Path file = folder.resolve(path).normalize();
    if (!Files.exists(file)) {
      boolean isOneMissing = Files.isDirectory(folder);
      String skipped =
          "skipped: "
              + (isOneMissing
                  ? "tests that read " + file
                  : "all tests that read " + kind + " from " + folder.normalize())
              + ", which is not there; to run them, set -D"
              + property
              + "=<folder>";
      if (TOLD.add(skipped)) {
        System.out.println(skipped);
      }
      throw new TestAbortedException(skipped);
    }
    return file;
  }
}
