package dev.palinode.pii.ner;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The finder that all tests share, as it takes long to load, and what it printed meanwhile. */
record LoadedFinder(EntityFinder finder, String printed) {
  private static final LoadedFinder SHARED = load();

  static EntityFinder get() {
    return SHARED.finder;
  }

  static String printedWhileLoading() {
    return SHARED.printed;
  }

  private static LoadedFinder load() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      System.setOut(both);
      System.setErr(both);
      EntityFinder finder = EntityFinder.load();
      finder.find("Ann Miller lives in Boston.", true);
      return new LoadedFinder(finder, printed.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
