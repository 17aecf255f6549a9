package dev.palinode.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.style;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import dev.palinode.io.AtomicFile;
import dev.palinode.io.Sha256;
import dev.palinode.text.Printable;
import j2html.tags.DomContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A page of text, tables and figures, top to bottom. As HTML it is one file that opens from disk,
 * follows the reader's choice of light or dark, prints, and loads nothing. As Markdown its figures
 * are files beside it. Not thread-safe.
 */
public final class Page {
  /**
   * A part of the page.
   *
   * @param markdown given the name of the folder with the figures
   */
  private record Block(DomContent html, UnaryOperator<String> markdown) {}

  private final String title;
  private final List<Block> blocks = new ArrayList<>();
  private final List<String> headings = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final List<Figure> files = new ArrayList<>(); // of the Markdown page
  private boolean hasGenerations;
  private boolean isInMarkdown = true;

  /**
   * @param title in one line
   */
  public Page(String title) {
    this.title = title;
  }

  /** Begins a section. */
  public Page heading(String heading) {
    headings.add(heading);
    return add(h2(heading).withId(anchor(headings.size())), "## " + heading + '\n');
  }

  /** Adds a paragraph. */
  public Page paragraph(String text) {
    return add(p(text), text + '\n');
  }

  /** Adds a sentence that says it all. */
  public Page lead(String text) {
    return add(p(text).withClass("lead"), "**" + Table.escapeMarkdown(text) + "**\n");
  }

  /** Adds a paragraph that is said less loudly, such as the date. */
  public Page note(String text) {
    return add(p(text).withClass("note"), text + '\n');
  }

  /** Adds a list. */
  public Page list(List<String> items) {
    return add(
        ul(each(items, item -> li(item))),
        items.stream().map(item -> "- " + item + '\n').collect(Collectors.joining()));
  }

  /** Adds a table. */
  public Page table(Table table) {
    return add(table.toHtml(), table.toMarkdown());
  }

  /**
   * Adds a long table, which a reader unfolds.
   *
   * @param title what is shown
   */
  public Page folded(String title, Table table) {
    return add(details(summary(title), table.toHtml()), title + "\n\n" + table.toMarkdown());
  }

  /**
   * Adds figures, side by side where there is room. In HTML each can be saved as SVG and as CSV.
   *
   * @throws IllegalArgumentException if the page has a figure of that name already
   */
  public Page figures(List<? extends Figure> added) {
    for (Figure each : added) {
      if (figures.stream().anyMatch(other -> other.name().equals(each.name()))) {
        throw new IllegalArgumentException("two figures are called \"" + each.name() + '"');
      }
      figures.add(each);
    }
    if (isInMarkdown) {
      files.addAll(added);
    }
    return add(
        div(each(added, each -> toHtml(each))).withClass("figures"),
        folder ->
            added.stream().map(each -> toMarkdown(each, folder)).collect(Collectors.joining()));
  }

  private static String toMarkdown(Figure figure, String folder) {
    String title = Table.escapeMarkdown(Printable.escape(figure.title()));
    return "![%s](%s/%s.svg)\n".formatted(title, folder, figure.name());
  }

  /** Leaves what follows out of the Markdown page, which is then a summary. */
  public Page endMarkdown() {
    isInMarkdown = false;
    return this;
  }

  /**
   * Adds the list of generations; a Markdown page has none.
   *
   * @throws IllegalStateException if the page has one
   */
  public Page generations(GenerationList generations) {
    if (hasGenerations) {
      throw new IllegalStateException("a page has at most one list of generations");
    }
    hasGenerations = true;
    return add(generations.toHtml(), "");
  }

  private Page add(DomContent html, String markdown) {
    return add(html, folder -> markdown);
  }

  private Page add(DomContent html, UnaryOperator<String> markdown) {
    blocks.add(new Block(html, isInMarkdown ? markdown : folder -> ""));
    return this;
  }

  private static DomContent toHtml(Figure figure) {
    String svg = figure.toSvg();
    return figure(
        rawHtml(svg),
        figcaption(
            download("SVG", figure.name() + ".svg", "image/svg+xml", svg),
            text(" "),
            download("CSV", figure.name() + ".csv", "text/csv", figure.toCsv())));
  }

  private static DomContent download(String label, String file, String type, String content) {
    return a(label)
        .attr("download", file)
        .withHref("data:%s;base64,%s".formatted(type, base64(utf8(content))));
  }

  private static String anchor(int section) {
    return "section-" + section;
  }

  /** The page as one HTML file. */
  public String toHtml() {
    return "<!doctype html>\n"
        + html(
                head(
                    meta().withCharset("utf-8"),
                    meta().attr("http-equiv", "Content-Security-Policy").withContent(policy()),
                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                    meta().withName("color-scheme").withContent("light dark"),
                    title(title),
                    style(rawHtml(Resource.text("page.css")))),
                body(main(h1(title), contents(), each(blocks, Block::html))))
            .withLang("en")
            .render()
        + '\n';
  }

  /**
   * What a browser may load and run: nothing but the page's own style sheets and its own script.
   */
  private String policy() {
    String policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    return hasGenerations
        ? policy
            + "; script-src 'sha256-"
            + base64(Sha256.digest().digest(utf8(GenerationList.source())))
            + "'"
        : policy;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private DomContent contents() {
    List<DomContent> links = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      links.add(a(headings.get(i)).withHref('#' + anchor(i + 1)));
    }
    return links.size() < 2
        ? text("")
        : nav(each(links, link -> link)).attr("aria-label", "Sections");
  }

  /**
   * The page as Markdown.
   *
   * @param figures name of the folder beside it that has its figures
   */
  public String toMarkdown(String figures) {
    return "# "
        + title
        + "\n\n"
        + blocks.stream()
            .map(block -> block.markdown().apply(figures))
            .filter(block -> !block.isEmpty())
            .collect(Collectors.joining("\n"));
  }

  /** Writes the page as HTML. */
  public void writeHtml(Path file) throws IOException {
    AtomicFile.replace(file, toHtml());
  }

  /**
   * Writes the page as Markdown, with its figures as SVG and CSV in a folder beside it: {@code
   * report-figures} for {@code report.md}, so that several pages can be in one folder.
   */
  public void writeMarkdown(Path file) throws IOException {
    String figures = file.getFileName().toString().replaceFirst("\\.md$", "") + "-figures";
    Path folder = file.resolveSibling(figures);
    for (Figure figure : files) {
      AtomicFile.replace(folder.resolve(figure.name() + ".svg"), figure.toSvg());
      AtomicFile.replace(folder.resolve(figure.name() + ".csv"), figure.toCsv());
    }
    AtomicFile.replace(file, toMarkdown(figures));
  }
}
