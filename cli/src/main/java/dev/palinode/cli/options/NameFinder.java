package dev.palinode.cli.options;

import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.pii.NameFinderProvider;
import dev.palinode.pii.PersonalDataFinder;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.StringTokenizer;

/**
 * Finds names in text. What it takes is large, and left out of the first build: the launcher
 * fetches and builds it when a command first needs it, and later commands have it on their class
 * path.
 */
final class NameFinder {
  /** Says to the launcher that it shall build the module of names and end. */
  private static final String BUILD_VARIABLE = "PALINODE_BUILD_NAMES";

  private NameFinder() {}

  /**
   * Loads the finder, which takes half a minute, and fetches it before if need be.
   *
   * @throws IOException if it cannot be had
   */
  static PersonalDataFinder load() throws IOException {
    Optional<NameFinderProvider> here = in(NameFinder.class.getClassLoader());
    return here.isPresent() ? here.get().load() : fetched(ShippedFiles.home()).load();
  }

  /** The provider on the class path. */
  static Optional<NameFinderProvider> in(ClassLoader classes) {
    return ServiceLoader.load(NameFinderProvider.class, classes).findFirst();
  }

  /** Has the launcher in the product's folder build the module, and takes the provider from it. */
  static NameFinderProvider fetched(Path home) throws IOException {
    Path launcher = home.resolve("palinode");
    if (!Files.isExecutable(launcher)) {
      throw failure("palinode-ner is not on the class path");
    }
    System.err.println(
        "palinode: names are found by NLP4J, which is fetched now, once: 281 MB"
            + " (--without-names does without)");
    ProcessBuilder builder = new ProcessBuilder(launcher.toString());
    builder.environment().put(BUILD_VARIABLE, "yes");
    Process build =
        builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start();
    try {
      if (build.waitFor() != 0) {
        throw failure("NLP4J could not be fetched; a network is needed once");
      }
    } catch (InterruptedException e) {
      build.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while NLP4J was fetched", e);
    }
    return in(built(home.resolve("ner/target")))
        .orElseThrow(() -> failure("the build of palinode-ner has no finder of names"));
  }

  /** Stays open as long as the program runs. */
  private static ClassLoader built(Path target) throws IOException {
    List<URL> urls = new ArrayList<>();
    urls.add(target.resolve("classes").toUri().toURL());
    String libraries = Files.readString(target.resolve("palinode.classpath")).strip();
    for (StringTokenizer each = new StringTokenizer(libraries, File.pathSeparator);
        each.hasMoreTokens(); ) {
      urls.add(Path.of(each.nextToken()).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), NameFinder.class.getClassLoader());
  }

  private static IOException failure(String reason) {
    return new IOException("names cannot be found: " + reason + ". Without them: --without-names");
  }
}
