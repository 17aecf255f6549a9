package dev.palinode.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
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
  /**
   * Header and alignment of a column.
   *
   * @param header one line
   * @param isRight whether header and cells are aligned to the right
   */
  public record Column(String header, boolean isRight) {
    /**
     * @throws IllegalArgumentException if the header holds a control character
     */
    public Column {
      requireOneLine(header);
    }

    /** A left-aligned column, for text. */
    public static Column left(String header) {
      return new Column(header, false);
    }

    /** A right-aligned column, for numbers. */
    public static Column right(String header) {
      return new Column(header, true);
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
    return render(cell -> cell, "", "  ", 1);
  }

  /** As a GitHub Markdown table, aligned in its source too; cells are shown as they are. */
  public String toMarkdown() {
    return render(TextTable::escapeMarkdown, "| ", " | ", 3);
  }

  private String render(UnaryOperator<String> escape, String open, String between, int minWidth) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns.stream().map(Column::header).map(escape).toList());
    rows.forEach(row -> lines.add(row.stream().map(escape).toList()));
    int[] widths = new int[columns.size()]; // [column]
    List<String> rules = new ArrayList<>();
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] = lines.stream().mapToInt(line -> length(line.get(column))).max().orElse(0);
      widths[c] = Math.max(widths[c], minWidth);
      boolean isMarked = columns.get(c).isRight() && !open.isEmpty(); // in Markdown
      rules.add(isMarked ? "-".repeat(widths[c] - 1) + ":" : "-".repeat(widths[c]));
    }
    lines.add(1, rules);

    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringJoiner cells = new StringJoiner(between, open, between);
      for (int c = 0; c < widths.length; c++) {
        String spaces = " ".repeat(widths[c] - length(line.get(c)));
        cells.add(columns.get(c).isRight() ? spaces + line.get(c) : line.get(c) + spaces);
      }
      out.append(cells.toString().stripTrailing()).append('\n');
    }
    return out.toString();
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
