package dev.palinode.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.record.FileDigest;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The catalogue, and the list that comes with the data sets. */
class CatalogTest {
  private static final Pattern TABLE_ROW =
      Pattern.compile("\\| `([^`]+)` \\| ([0-9,]+) \\| [0-9,]+ \\| ([^|]+) \\|");

  private final Catalog catalog = Catalog.shipped();

  @Test
  void entries_areThoseOfTheListWithRows_withTheirCountsAndLicences() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(Fixtures.data("README.md"))) {
      Matcher row = TABLE_ROW.matcher(line);
      if (row.matches()) {
        listed.put(row.group(1), row.group(2).replace(",", "") + " " + spdx(row.group(3).strip()));
      }
    }
    Map<String, String> known = new TreeMap<>();
    catalog
        .entries()
        .forEach(entry -> known.put(entry.file(), entry.rows() + " " + entry.licence()));
    assertThat(known).isEqualTo(listed).hasSize(29);
  }

  @Test
  void hashes_areThoseOfTheList() throws IOException {
    List<String> sums = Files.readAllLines(Fixtures.data("SHA256SUMS"));
    assertThat(catalog.entries())
        .allSatisfy(
            entry ->
                assertThat(sums)
                    .anyMatch(
                        sum ->
                            sum.matches(
                                entry.sha256() + " +[*]?(./)?" + Pattern.quote(entry.file()))));
  }

  @Test
  void entries_haveNamesAndSourcesOfTheirOwn_andFormatsThatThereAre() {
    assertThat(catalog.entries()).extracting(CatalogEntry::name).doesNotHaveDuplicates();
    assertThat(catalog.entries()).extracting(CatalogEntry::fileName).doesNotHaveDuplicates();
    assertThat(catalog.entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.rowFormat().name()).isEqualTo(entry.format());
              assertThat(entry.repository()).matches("[\\w.-]+/[\\w.-]+");
              assertThat(entry.about()).endsWith(".");
            });
  }

  @Test
  void restriction_isToldForNonCommercialAndUnlicensedData() {
    assertThat(catalog.named("q-harm")).isEmpty();
    assertThat(catalog.named("harm-questions").orElseThrow().restriction()).contains("commercial");
    assertThat(catalog.named("llm-pc-answers").orElseThrow().restriction()).contains("do not pass");
    assertThat(catalog.named("gsm8k-test").orElseThrow().restriction()).isEmpty();
  }

  @Test
  void file_isFoundByItsContent_orElseByItsName() {
    CatalogEntry entry = catalog.named("xstest").orElseThrow();
    assertThat(catalog.byContent(new FileDigest(1, entry.sha256()))).contains(entry);
    assertThat(catalog.byContent(new FileDigest(1, "00"))).isEmpty();
    assertThat(catalog.byName(Path.of("any", "xstest_prompts.csv"))).contains(entry);
    assertThat(catalog.byName(Path.of("prompts.csv"))).isEmpty();
  }

  private static String spdx(String words) {
    return words
        .replace("CC BY-NC 4.0", "CC-BY-NC-4.0")
        .replace("CC BY 4.0", "CC-BY-4.0")
        .replace(" / ", " AND ");
  }
}
