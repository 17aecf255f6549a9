package dev.palinode.cli.data;

import dev.palinode.cli.console.Words;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RowFormat;
import dev.palinode.report.Table;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data list}: lists the known published data sets. */
@Command(
    name = "list",
    description = {
      "List the published data sets that are known, or show one.",
      "",
      "Get the files where they are published: Palinode ships none.",
      "",
      "Example: palinode data list xstest"
    })
final class DataListCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "All about this one.")
  private @Nullable String name;

  @Option(names = "--formats", description = "List the formats of rows instead.")
  private boolean formats;

  @Override
  public Integer call() {
    if (formats) {
      listFormats();
    } else if (name == null) {
      listEntries();
    } else {
      String unknown = "no data set \"" + name + "\" is known; palinode data list shows all";
      show(Catalog.shipped().named(name).orElseThrow(() -> new IllegalArgumentException(unknown)));
    }
    return 0;
  }

  private static void listFormats() {
    Table table = new Table().left("format", "rows");
    for (RowFormat format : Formats.all()) {
      table.row(format.name(), format.description());
    }
    System.out.println(table.toText());
    System.out.println(
        "Columns of other files are named: --format prompt=question,response=answer");
  }

  private static void listEntries() {
    Table table = new Table().left("name").right("rows").left("licence", "what");
    Catalog.shipped().entries().stream()
        .sorted(Comparator.comparing(CatalogEntry::name))
        .forEach(e -> table.row(e.name(), Words.number(e.rows()), e.licence(), e.title()));
    System.out.println(table.toText());
    System.out.println("More about one: palinode data list NAME");
  }

  private static void show(CatalogEntry entry) {
    System.out.println(entry.title());
    System.out.println(entry.about());
    line("file", entry.file());
    line("format", entry.format());
    String restriction = entry.restriction().isEmpty() ? "" : ". " + entry.restriction();
    line(
        "rows",
        Words.number(entry.rows()) + ", of which " + Words.number(entry.records()) + " records");
    line("licence", entry.licence() + restriction);
    line("published", entry.address() + ", " + entry.path());
    if (entry.arxiv() != null) {
      line("paper", "arXiv " + entry.arxiv());
    }
    line("SHA-256", entry.sha256());
    Objects.requireNonNull(entry.facts()).forEach(fact -> line("note", fact));
  }

  private static void line(String key, String value) {
    System.out.printf("%-10s %s%n", key, value);
  }
}
