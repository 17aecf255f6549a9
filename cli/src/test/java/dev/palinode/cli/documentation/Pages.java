package dev.palinode.cli.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The pages that users read. */
final class Pages {
  /** The root of the source tree. */
  static final Path ROOT =
      Path.of(System.getProperty("palinode.root", "..")).toAbsolutePath().normalize();

  private Pages() {}

  /** README, reference, tutorials and model cards. */
  static List<Path> all() {
    List<Path> pages = reference();
    pages.addAll(tutorials());
    return pages;
  }

  /** What is looked up: its commands have placeholders. */
  static List<Path> reference() {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    pages.addAll(in("docs"));
    for (Path model : list(ROOT.resolve("models"))) {
      pages.addAll(list(model).stream().filter(Pages::isPage).toList());
    }
    return pages;
  }

  /** What is followed from top to bottom. */
  static List<Path> tutorials() {
    return in("docs/tutorials");
  }

  private static List<Path> in(String folder) {
    return list(ROOT.resolve(folder)).stream().filter(Pages::isPage).toList();
  }

  private static boolean isPage(Path file) {
    return file.toString().endsWith(".md");
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
