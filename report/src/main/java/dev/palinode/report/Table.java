package dev.palinode.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.join;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import j2html.tags.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of results, laid out for a terminal, as Markdown, as HTML or as CSV.
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
public final class Table {
  private record Column(String header, boolean isRight) {
    Column {
      requireOneLine(header);
    }
  }

  /**
   * One cell.
   *
   * @param text one line
   * @param link what the text links to in HTML, such as {@code #runs}, or null
   * @param notes said less loudly, such as an interval, one line each; may be empty
   * @param isFaint whether the cell says little, such as of few trials: HTML shows it grey
   */
  public record Cell(String text, @Nullable String link, List<String> notes, boolean isFaint) {
    /**
     * @throws IllegalArgumentException if the text or a note holds a control character (a line end
     *     would break the layout, an escape sequence reach the terminal)
     */
    public Cell {
      requireOneLine(text);
      notes = List.copyOf(notes);
      notes.forEach(Table::requireOneLine);
    }

    /** A cell with a link. */
    public Cell(String text, @Nullable String link) {
      this(text, link, List.of(), /* isFaint= */ false);
    }

    /** A cell without a link. */
    public static Cell of(String text) {
      return new Cell(text, null);
    }

    /** This cell with notes. */
    public Cell notes(List<String> added) {
      return new Cell(text, link, added, isFaint);
    }

    /** This cell in grey. */
    public Cell faint() {
      return new Cell(text, link, notes, /* isFaint= */ true);
    }

    /** The text with its notes. */
    String whole() {
      return notes.isEmpty() ? text : text + " " + String.join(", ", notes);
    }
  }

  private final List<Column> columns = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * Adds left-aligned columns, for text. All columns are added before the first row.
   *
   * @param headers one line each
   * @return this table
   * @throws IllegalArgumentException if a header holds a control character
   */
  public Table left(String... headers) {
    return columns(headers, false);
  }

  /** Adds right-aligned columns, for numbers, as {@link #left} does. */
  public Table right(String... headers) {
    return columns(headers, true);
  }

  private Table columns(String[] headers, boolean isRight) {
    Arrays.stream(headers).map(header -> new Column(header, isRight)).forEach(columns::add);
    return this;
  }

  /**
   * Appends a row of cells without links.
   *
   * @param cells one line of text per column
   * @return this table
   * @throws IllegalArgumentException if there is not one cell per column, or one holds a control
   *     character
   */
  public Table row(String... cells) {
    return row(Arrays.stream(cells).map(Cell::of).toList());
  }

  /**
   * Appends a row.
   *
   * @param cells one per column
   * @return this table
   * @throws IllegalArgumentException if there is not one cell per column, or no column
   */
  public Table row(List<Cell> cells) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("a table needs at least one column");
    }
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          cells.size()
              + " cells for "
              + columns.size()
              + " columns: "
              + cells.stream().map(Cell::text).toList());
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** For a terminal: two spaces between columns, every line ended by {@code \n}. */
  public String toText() {
    return render(cell -> cell, "", "  ", 1);
  }

  /** As a GitHub Markdown table, aligned in its source too; cells are shown as they are. */
  public String toMarkdown() {
    return render(Table::escapeMarkdown, "| ", " | ", 3);
  }

  /** As comma-separated values, headers first. */
  public String toCsv() {
    return Csv.of(texts().toList());
  }

  /** As HTML that scrolls by itself where it is wider than the page. */
  DomContent toHtml() {
    return div(table(
            thead(tr(each(columns, column -> aligned(th(column.header()), column)))),
            tbody(each(rows, this::toHtml))))
        .withClass("table")
        .attr("tabindex", "0");
  }

  private DomContent toHtml(List<Cell> row) {
    return tr(
        each(
            IntStream.range(0, row.size())
                .mapToObj(
                    c -> {
                      DomContent content = content(row.get(c));
                      Column column = columns.get(c);
                      return c == 0 ? aligned(th(content), column) : aligned(td(content), column);
                    })));
  }

  private static DomContent content(Cell cell) {
    DomContent text =
        cell.link() == null ? text(cell.text()) : a(cell.text()).withHref(cell.link());
    DomContent whole =
        cell.notes().isEmpty()
            ? text
            : join(text, each(cell.notes(), note -> span(note).withClass("note")));
    return cell.isFaint() ? span(whole).withClass("faint") : whole;
  }

  private static <T extends Tag<T>> T aligned(T cell, Column column) {
    return column.isRight() ? cell.attr("class", "number") : cell;
  }

  /** Headers and rows. */
  private Stream<List<String>> texts() {
    return Stream.concat(
        Stream.of(columns.stream().map(Column::header).toList()),
        rows.stream().map(row -> row.stream().map(Cell::whole).toList()));
  }

  private String render(UnaryOperator<String> escape, String open, String between, int minWidth) {
    List<List<String>> lines = new ArrayList<>();
    texts().forEach(line -> lines.add(line.stream().map(escape).toList()));
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
  static String escapeMarkdown(String cell) {
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
