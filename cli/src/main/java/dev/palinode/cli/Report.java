package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.text.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Facts as lines for people, and as JSON for programs. Control characters are escaped in lines and
 * problems.
 *
 * @param problems reasons why the folder cannot be used
 */
record Report(List<String> lines, List<String> problems, ObjectNode json) {
  /** The report on a folder, so far with its name and kind. */
  static Report of(Path folder, String kind) {
    Report report =
        new Report(new ArrayList<>(), new ArrayList<>(), JsonNodeFactory.instance.objectNode());
    report.line("%s", folder);
    report.json.put("folder", folder.toString()).put("kind", kind);
    return report;
  }

  void line(String format, Object... values) {
    lines.add(Printable.lines(String.format(Locale.ROOT, format, values)));
  }

  /** Adds a fact with its label. */
  void fact(String label, String format, Object... values) {
    line("  %-16s%s", label, String.format(Locale.ROOT, format, values));
  }

  void problem(String text) {
    problems.add(Printable.lines(text));
  }
}
