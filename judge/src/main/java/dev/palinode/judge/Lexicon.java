package dev.palinode.judge;

import dev.palinode.guard.WordSearch;
import dev.palinode.io.TextFiles;
import dev.palinode.text.FoldedText;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Terms that make an answer unsafe, and phrases that mark a refusal.
 *
 * <p>In a UTF-8 file, each line is an entry. A line that begins with {@code safe:} has a refusal
 * phrase; empty lines, and lines that begin with {@code #}, are ignored.
 *
 * @param unsafe words and phrases; at least one
 * @param refusals phrases; may be empty
 */
public record Lexicon(List<String> unsafe, List<String> refusals) {
  private static final String SAFE = "safe:";

  /**
   * @throws IllegalArgumentException if there is no term, or an entry is blank
   */
  public Lexicon {
    unsafe = List.copyOf(unsafe);
    refusals = List.copyOf(refusals);
    new WordSearch(unsafe);
    if (!refusals.isEmpty()) {
      new WordSearch(refusals);
    }
  }

  /**
   * Reads a lexicon from a file.
   *
   * @throws IOException if the file cannot be read, or is not UTF-8
   * @throws IllegalArgumentException if an entry is blank or a duplicate, or there is no term; the
   *     message names file and line
   */
  public static Lexicon read(Path file) throws IOException {
    List<String> unsafe = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    List<String> lines = TextFiles.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      boolean isRefusal = line.startsWith(SAFE);
      String entry = isRefusal ? line.substring(SAFE.length()).strip() : line;
      List<String> entries = isRefusal ? refusals : unsafe;
      if (FoldedText.of(entry).toString().isBlank() || entries.contains(entry)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s, line %d: %s %s; expected a word or phrase, or %s and a phrase of refusals",
                file,
                i + 1,
                Printable.quote(line),
                entries.contains(entry) ? "is there twice" : "is no entry",
                SAFE));
      }
      entries.add(entry);
    }
    if (unsafe.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": no terms: the lexicon would call everything safe; expected one on a line");
    }
    return new Lexicon(unsafe, refusals);
  }
}
