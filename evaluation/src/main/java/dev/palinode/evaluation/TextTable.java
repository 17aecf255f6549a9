package dev.palinode.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A table of results, laid out for a terminal or as Markdown.
 *
 * <pre>{@code
 * set           unsafe  rate
 * ------------  ------  ----
 * AdvBench      12/520  2.3%
 * StrongREJECT  31/313  9.9%
 * }</pre>
 *
 * <p>Columns are as wide as their widest cell, counted in code points; characters of double width
 * misalign their row. Not thread-safe.
 */
public final class TextTable {
  /** Alignment of a column. */
  public enum Align {
    /** For text. */
    LEFT,
    /** For numbers. */
    RIGHT
  }

  /**
   * Header and alignment of a column.
   *
   * @param header its title, one line
   * @param align of its cells and title
   */
  public record Column(String header, Align align) {
    /**
     * @throws IllegalArgumentException if the header holds a control character
     */
    public Column {
      requireOneLine(header);
    }

    /** A left-aligned column, for text. */
    public static Column left(String header) {
      return new Column(header, Align.LEFT);
    }

    /** A right-aligned column, for numbers. */
    public static Column right(String header) {
      return new Column(header, Align.RIGHT);
    }
  }

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @throws IllegalArgumentException if there are no columns
   */
  public TextTable(Column... columns) {
    if (columns.length == 0) {
      throw new IllegalArgumentException("a table needs at least one column");
    }
    this.columns = List.of(columns);
  }

  /**
   * Appends a row.
   *
   * @param cells one line of text per column
   * @return this table
   * @throws IllegalArgumentException if there is not one cell per column, or one holds a control
   *     character (a line end would break the layout, an escape sequence reach the terminal)
   */
  public TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + columns.size() + " columns: " + List.of(cells));
    }
    for (String cell : cells) {
      requireOneLine(cell);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** For a terminal: two spaces between columns, every line ended by {@code \n}. */
  public String toText() {
    return render(cell -> cell, 1, "", "  ", "", (align, width) -> "-".repeat(width));
  }

  /** As a GitHub Markdown table, aligned in its source too; cells are shown as they are. */
  public String toMarkdown() {
    return render(
        TextTable::escapeMarkdown,
        3,
        "| ",
        " | ",
        " |",
        (align, width) -> align == Align.LEFT ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  }

  /** The line under the header of a column. */
  private interface Rule {
    String of(Align align, int width);
  }

  private String render(
      UnaryOperator<String> escape,
      int minWidth,
      String open,
      String between,
      String close,
      Rule rule) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(Column::header).map(escape).toList());
    rows.forEach(row -> lines.add(row.stream().map(escape).toList()));
    int[] widths = new int[columns.size()]; // [column]
    List<String> rules = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      widths[c] = minWidth;
      for (List<String> line : lines) {
        widths[c] = Math.max(widths[c], length(line.get(c)));
      }
      rules.add(rule.of(columns.get(c).align(), widths[c]));
    }
    lines.add(1, rules);

    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      List<String> cells = new ArrayList<>();
      for (int c = 0; c < widths.length; c++) {
        cells.add(pad(line.get(c), columns.get(c).align(), widths[c]));
      }
      out.append((open + String.join(between, cells) + close).stripTrailing()).append('\n');
    }
    return out.toString();
  }

  private static String pad(String cell, Align align, int width) {
    String spaces = " ".repeat(width - length(cell));
    return align == Align.LEFT ? cell + spaces : spaces + cell;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  /** Escapes Markdown, so that {@code q_harm_*} is no emphasis and a cell cannot end its column. */
  private static String escapeMarkdown(String cell) {
    return cell.replaceAll("[\\\\|<*_`\\[\\]]", "\\\\$0");
  }

  private static void requireOneLine(String cell) {
    if (cell.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "cell with a control character; a cell is one line: \""
              + cell.replaceAll("\\p{Cntrl}", "?")
              + "\"");
    }
  }
}
