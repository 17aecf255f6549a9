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
 * Loads the finder of names in text. It is large and not part of the first build: the launcher of a
 * clone downloads and builds it when a command first needs it, and later commands have it on their
 * class path. For a distribution it is an archive of its own.
 */
final class NameFinder {
  /** Tells the launcher to build the module of names and exit. */
  private static final String BUILD_VARIABLE = "PALINODE_BUILD_NAMES";

  private NameFinder() {}

  /**
   * Loads the finder, which takes half a minute, and first downloads it if necessary.
   *
   * @throws IOException if it is not available
   */
  static PersonalDataFinder load() throws IOException {
    Optional<NameFinderProvider> here = in(NameFinder.class.getClassLoader());
    return here.isPresent() ? here.get().load() : fetched(ShippedFiles.home()).load();
  }

  /** The provider on the class path. */
  static Optional<NameFinderProvider> in(ClassLoader classes) {
    return ServiceLoader.load(NameFinderProvider.class, classes).findFirst();
  }

  /** Runs the launcher in the product's folder to build the module, and returns its provider. */
  static NameFinderProvider fetched(Path home) throws IOException {
    Path launcher = home.resolve("palinode");
    if (!Files.isExecutable(launcher)) {
      throw failure(
          "palinode-ner is not on the class path; unpack palinode-names-*.zip into "
              + home.toAbsolutePath().normalize());
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

  /** A class loader of the build, open as long as the program runs. */
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
