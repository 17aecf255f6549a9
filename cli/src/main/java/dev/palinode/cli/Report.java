package dev.palinode.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.Printable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Facts to be read by people, as lines, and by programs, as JSON. What steers a terminal is escaped
 * in lines and problems, wherever it came from.
 */
final class Report {
  private static final int LABEL = 16;

  private final List<String> lines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final ObjectNode json = new ObjectMapper().createObjectNode();

  /** A line of its own. */
  void line(String text) {
    lines.add(Printable.lines(text));
  }

  /** A fact with its name before it. */
  void fact(String label, String text) {
    line(("  %-" + LABEL + "s%s").formatted(label, text));
  }

  /** Something that keeps the folder from being used. */
  void problem(String text) {
    problems.add(Printable.lines(text));
  }

  /** The same facts, for programs. */
  ObjectNode json() {
    return json;
  }

  List<String> lines() {
    return Collections.unmodifiableList(lines);
  }

  List<String> problems() {
    return Collections.unmodifiableList(problems);
  }
}
