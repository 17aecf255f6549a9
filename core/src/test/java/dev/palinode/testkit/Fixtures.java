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
 * Reference numbers, public data sets and small models for tests, in the folders of the system
 * properties {@code palinode.fixtures}, {@code palinode.data} and {@code palinode.models}. Without
 * these properties, the reference numbers are in {@code testkit/fixtures}, and data sets and models
 * in {@code ../shared/} beside the project's root ({@code palinode.root}, or the parent of the
 * working directory).
 *
 * <p>A test whose file is missing is skipped with a reason, which is printed once. A file missing
 * in the repository's fixtures is an error.
 *
 * <p>Sizes and ids differ between sets of fixtures: a test takes them from the set ({@link
 * #vocabSize()}, {@link #tokenId}), so that it passes on any set of the same form.
 */
public final class Fixtures {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> PRINTED = ConcurrentHashMap.newKeySet();

  private Fixtures() {}

  /** A file or folder among the reference numbers. */
  public static Path fixture(String path) {
    return require("fixtures", root().resolve("testkit/fixtures"), path, false);
  }

  /** A file or folder among the public data sets. */
  public static Path data(String path) {
    return require("data", root().resolve("../shared/data"), path, true);
  }

  /** A file or folder among the small models. */
  public static Path model(String path) {
    return require("models", root().resolve("../shared/models"), path, true);
  }

  /** The number of ids of the fixtures' tokenizer. */
  public static int vocabSize() {
    return tokenizer().path("vocab_size").asInt();
  }

  /** The id of an added token of the fixtures' tokenizer, such as {@code <|eot_id|>}. */
  public static int tokenId(String token) {
    for (JsonNode added : tokenizer().path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return added.path("id").asInt();
      }
    }
    throw new IllegalArgumentException("\"" + token + "\" is not an added token of the fixtures");
  }

  /** The reference data of the fixtures' tokenizer. */
  public static JsonNode tokenizer() {
    return json(fixture("tokenizer/expected.json"));
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

  private static Path root() {
    return Path.of(System.getProperty("palinode.root", ".."));
  }

  private static Path require(String kind, Path usual, String path, boolean mayBeMissing) {
    String property = "palinode." + kind;
    Path folder = Path.of(System.getProperty(property, usual.toString()));
    Path file = folder.resolve(path).normalize();
    if (Files.exists(file)) {
      return file;
    }
    if (!mayBeMissing && absolute(folder).equals(absolute(usual))) {
      throw new IllegalStateException(file + " is missing: it is part of the repository");
    }
    String reason =
        "skipped: "
            + (Files.isDirectory(folder)
                ? "tests that read " + file
                : "all tests that read " + kind + " from " + folder.normalize())
            + ", which is missing; to run them, set -D"
            + property
            + "=<folder>";
    if (PRINTED.add(reason)) {
      System.out.println(reason);
    }
    throw new TestAbortedException(reason);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
